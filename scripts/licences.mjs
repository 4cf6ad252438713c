// Lists the licences of everything that users install with this package, and fails at one that is not allowed.
//
//     node scripts/licences.mjs
//
// It reads the lock file, which has the licence of every package.
import { readFileSync } from 'node:fs';

/** Licences that let anybody use and pass on this package. */
export const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT'];

/** The licences of the packages of a lock file that are not for development only, with the packages of each. */
export const licencesIn = ({ packages }) => {
  const found = new Map();
  for (const [path, { license = 'none', dev, devOptional, version }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional) continue;
    const name = `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`;
    found.set(license, [...(found.get(license) ?? []), name]);
  }
  return found;
};

/** Whether an expression such as `(MIT OR CC0-1.0)` has allowed licences only. */
export const isAllowed = (license) => license.split(/[\s()]+|\bAND\b|\bOR\b/).every((word) => word === '' || allowed.includes(word));

if (process.argv[1] === import.meta.filename) {
  const found = licencesIn(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')));
  for (const [license, names] of [...found].sort()) console.log(`${license} (${names.length}): ${names.join(', ')}`);
  const refused = [...found].filter(([license]) => !isAllowed(license));
  for (const [license, names] of refused) console.error(`not allowed: ${license}, of ${names.join(', ')}`);
  process.exitCode = refused.length === 0 ? 0 : 1;
}
