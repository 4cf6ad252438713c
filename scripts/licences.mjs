// Lists the licences of everything that users install with this package, and fails at one that is not allowed.
//
//     node scripts/licences.mjs
//
// It reads the lock file, or another one that is given, which has the licence of every package.
import { readFileSync } from 'node:fs';

/** Licences that let anybody use and pass on this package. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT'];

// sharp loads libvips as a shared library of a package of its own, which anybody may replace: what the LGPL asks for.
const sharedLibraries = { license: 'LGPL-3.0-or-later', packages: /^@img\/sharp-/ };

/** Whether an expression such as `(MIT OR CC0-1.0)` has licences only that are allowed for all of these packages. */
const isAllowed = (license, names) =>
  license
    .split(/[\s()]+/)
    .every(
      (word) =>
        ['', 'AND', 'OR', ...allowed].includes(word) ||
        (word === sharedLibraries.license && names.every((name) => sharedLibraries.packages.test(name))),
    );

const path = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const { packages } = JSON.parse(readFileSync(path, 'utf8'));
const found = new Map();
for (const [place, { license = 'none', dev, devOptional, version }] of Object.entries(packages)) {
  if (place === '' || dev || devOptional) continue;
  const name = `${place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`;
  found.set(license, [...(found.get(license) ?? []), name]);
}
for (const [license, names] of [...found].sort()) console.log(`${license} (${names.length}): ${names.join(', ')}`);
const refused = [...found].filter(([license, names]) => !isAllowed(license, names));
for (const [license, names] of refused) console.error(`not allowed: ${license}, of ${names.join(', ')}`);
process.exitCode = refused.length === 0 ? 0 : 1;
