// Mutation testing: breaks one line of mathematics at a time, in a copy of the tree, and checks that a test fails.
//
//     node scripts/mutants.mjs                      # all mutants of scripts/mutant-table.mjs; about 15 minutes on 2 cores
//     node scripts/mutants.mjs --only gelu          # the mutants whose file and name match 'gelu'
//     node scripts/mutants.mjs --markdown table.md  # also writes the table of docs/fidelity.md
//
// Exit code: 1 if a mutant survives that the table does not declare equivalent, 2 if nothing could be tested.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './mutant-table.mjs';

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, markdown: { type: 'string' } } });

const COPIED = [
  'src',
  'test',
  'scripts',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'tsconfig.json',
  'vitest.config.ts',
];
const LINKED = ['node_modules', 'data'];
/** The tests for a mutant that survives its own tests. The command line and the examples have no mathematics. */
const ALL = 'core data engine golden laws layers models plot structure train'.split(' ').map((name) => `test/${name}`);

const mutants = table
  .flatMap(({ file, tests, mutants: rows }) =>
    rows.map(([name, from, to, equivalent]) => ({ file, tests, name, from, to, equivalent })),
  )
  .filter(({ file, name }) => new RegExp(flags.only ?? '').test(`${file} ${name}`));

const misplaced = mutants.filter(({ file, from }) => readFileSync(file, 'utf8').split(from).length !== 2);
if (misplaced.length > 0) {
  for (const { file, name, from } of misplaced)
    console.error(`${file}: '${name}' expects exactly one '${from}' in the file. Update scripts/mutant-table.mjs.`);
  process.exit(2);
}

const copy = mkdtempSync(join(tmpdir(), 'vitrail-mutants-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
for (const name of COPIED) cpSync(name, join(copy, name), { recursive: true });
for (const name of LINKED) symlinkSync(join(process.cwd(), name), join(copy, name));

/** Runs test files or folders. Returns undefined if all pass, otherwise the first failure. */
const firstFailure = async (tests) => {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const present = tests.filter((path) => existsSync(join(copy, path)));
  // A single worker that loads tfjs once is three times as fast.
  const command = [
    'vitest',
    'run',
    '--bail',
    '1',
    '--no-isolate',
    '--maxWorkers=1',
    '--typecheck.enabled=false',
    '--reporter=json',
    '--outputFile',
    report,
  ];
  const [status] = await once(
    spawn('npx', [...command, ...present], { cwd: copy, stdio: 'ignore', timeout: 600_000 }),
    'exit',
  );
  if (status === 0) return undefined;
  if (!existsSync(report)) return { file: 'no report', title: 'the tests did not finish' };
  const failed = JSON.parse(readFileSync(report, 'utf8')).testResults.filter(({ status }) => status === 'failed');
  const file = failed[0]?.name.slice(failed[0].name.indexOf('/test/') + 1) ?? 'no file';
  const test = failed[0]?.assertionResults.find(({ status }) => status === 'failed');
  return { file, title: test?.fullName ?? `does not load: ${failed[0]?.message}` };
};

const broken = await firstFailure(ALL);
if (broken !== undefined) {
  console.error(`A test fails without any mutant. Fix it first: ${broken.file}: ${broken.title}`);
  process.exit(2);
}

const outcomes = [];
for (const mutant of mutants) {
  const path = join(copy, mutant.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    original.replace(mutant.from, () => mutant.to),
  );
  const killer = (await firstFailure(mutant.tests)) ?? (await firstFailure(ALL));
  writeFileSync(path, original);
  console.log(`${killer === undefined ? 'SURVIVED' : 'killed  '} ${mutant.file}: ${mutant.name}`);
  if (killer !== undefined) console.log(`         by ${killer.file}: ${killer.title.split('\n')[0]}`);
  outcomes.push({ ...mutant, killer });
}

const nameOf = ({ name, killer, equivalent }) =>
  killer === undefined ? `**${name}** (survives: ${equivalent ?? 'no test fails'})` : name;
const killersOf = (ones) => [...new Set(ones.flatMap(({ killer }) => killer?.file.replace(/^test\//, '') ?? []))];
if (flags.markdown !== undefined) {
  const rows = table
    .map(({ file }) => [file.replace(/^src\//, ''), outcomes.filter((one) => one.file === file)])
    .filter(([, ones]) => ones.length > 0)
    .map(([file, ones]) => `| ${file} | ${ones.map(nameOf).join('; ')} | ${killersOf(ones).sort().join(', ')} |`);
  const head = ['| file in src | mutants | killed by (in test) |', '| --- | --- | --- |'];
  writeFileSync(flags.markdown, [...head, ...rows, ''].join('\n'));
}
const survivors = outcomes.filter(({ killer }) => killer === undefined);
console.log(`${outcomes.length} mutants: ${outcomes.length - survivors.length} killed, ${survivors.length} survived`);
process.exitCode = survivors.some(({ equivalent }) => equivalent === undefined) ? 1 : 0;
