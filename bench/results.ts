import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.js';
import { machine } from './machine.js';
import { table } from './table.js';

/** The results of one benchmark. */
export interface Section {
  readonly name: string;
  readonly benchmark: Benchmark;
  readonly words: readonly string[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly failed: boolean;
}

/** A section as Markdown. */
export const sectionText = ({ name, benchmark, words, rows, notes }: Section): string => {
  const columns = Object.entries(benchmark.columns);
  const cells = rows.map((row) => columns.map(([, show]) => show(row)));
  return [
    `## ${name}`,
    benchmark.about,
    `\`npm run bench -- ${[name, ...words].join(' ')}\``,
    ...(rows.length === 0
      ? []
      : [
          table(
            columns.map(([heading]) => heading),
            cells,
          ),
        ]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');
};

/** The versions that peers reported. */
const peerVersions = (sections: readonly Section[]): Readonly<Record<string, string>> =>
  Object.assign({}, ...sections.flatMap(({ rows }) => rows.map(({ versions }) => versions ?? {})));

/** The page of a full run. */
export const resultsPage = (sections: readonly Section[], loadBefore: string, loadAfter: string): string => {
  const versions = Object.entries({ ...machine.versions, ...peerVersions(sections) });
  const facts = [
    ['machine', machine.processor],
    ['system', machine.system],
    ['versions', versions.map(([name, version]) => `${name} ${version}`).join(', ')],
    ['load', `${loadBefore} at the start, ${loadAfter} at the end (including the benchmarks)`],
    ['date', new Date().toISOString().slice(0, 10)],
  ];
  const intro =
    'Written by `npm run bench`. Compare ratios: each was measured in one run in which both sides took turns. Milliseconds depend ' +
    'on the machine and its load. Where a minimum and a median are given, ratios are of the minima.';
  const page = ['# Benchmarks', intro, table(['property', 'value'], facts), ...sections.map(sectionText)];
  return `${page.join('\n\n')}\n`;
};

/** Replaces bench/RESULTS.md atomically: an interrupted run leaves the previous file. */
export const writeResults = (page: string): void => {
  const file = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
  writeFileSync(`${file}.new`, page);
  renameSync(`${file}.new`, file);
};
