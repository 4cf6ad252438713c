/**
 * Runs benchmarks. Each case runs in a new process.
 *
 *     npm run bench                                      # all; writes bench/RESULTS.md
 *     npm run bench -- step                              # one benchmark
 *     npm run bench -- step quickstart with dropout      # the cases whose names contain these words
 *     npm run bench -- step --json                       # one line of JSON per row
 *     npm run bench -- memory --detail                   # what is kept in memory, by size and life
 */
import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks.js';
import { load, machine } from './machine.js';
import { resultsPage, type Section, sectionText, writeResults } from './results.js';
import { runBenchmark } from './run-benchmark.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    detail: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [name, ...words] = positionals;

const usage = (): string =>
  [
    'npm run bench [-- NAME [WORDS] [--json] [--detail]]',
    ...Object.entries(benchmarks).map(([each, { cases }]) => `  ${each}: ${Object.keys(cases).join('; ')}`),
  ].join('\n');

const run = async (names: readonly string[]): Promise<readonly Section[]> => {
  const sections: Section[] = [];
  for (const each of names) {
    const section = await runBenchmark(each, benchmarks[each]!, words, (row) => {
      if (values.json) console.log(JSON.stringify({ bench: each, ...row }));
    });
    sections.push(section);
    if (values.json) for (const note of section.notes) console.error(note);
    else console.log(`\n${sectionText(section)}`);
  }
  return sections;
};

if (values.help || (name !== undefined && benchmarks[name] === undefined)) {
  (values.help ? console.log : console.error)(usage());
  process.exitCode = values.help ? 0 : 2;
} else if (values.detail) {
  const { detail } = benchmarks[name ?? ''] ?? {};
  console.log(detail === undefined ? 'only memory has details' : await detail(words));
} else {
  const began = load();
  if (!values.json) console.log(`${machine.processor}, Node ${machine.versions.node}, load ${began} at the start`);
  const sections = await run(name === undefined ? Object.keys(benchmarks) : [name]);
  if (sections.every(({ rows }) => rows.length === 0)) console.error(`no case was measured\n${usage()}`);
  if (name === undefined) writeResults(resultsPage(sections, began, load()));
  else if (!values.json) console.log(`\nload ${load()} at the end`);
  process.exitCode = sections.some(({ failed }) => failed) ? 1 : 0;
}
