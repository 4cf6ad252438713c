// Makes the next version from the files in .changeset: the number wherever it is written, and the section of the changelog.
//
//     npm run next-version
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const versionOf = () => JSON.parse(readFileSync('package.json', 'utf8')).version;
const rewrite = (path, from, to) => {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from))
    throw new Error(`${path}: expected ${JSON.stringify(from)}. Correct it, or scripts/next-version.mjs`);
  writeFileSync(path, text.replaceAll(from, to));
};

const before = versionOf();
execFileSync('npx', ['--no-install', 'changeset', 'version'], { stdio: 'inherit' });
const after = versionOf();
if (after === before) throw new Error('no version without a file in .changeset: npx changeset writes one');

for (const [path, written] of [
  ['src/version.ts', (version) => `'${version}'`],
  ['CITATION.cff', (version) => `\nversion: ${version}\n`],
  ['README.md', (version) => `vitrail-${version}.tgz`],
])
  rewrite(path, written(before), written(after));

// What was written there before there were changesets belongs to the version whose section now stands above it.
const changelog = readFileSync('CHANGELOG.md', 'utf8');
writeFileSync('CHANGELOG.md', changelog.replace('\n## Unreleased\n', ''));
console.log(`${before} → ${after}`);
