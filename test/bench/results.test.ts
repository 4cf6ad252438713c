import { describe, expect, it } from 'vitest';
import { benchmark, chosen } from '../../bench/benchmark.js';
import { resultsPage, sectionText } from '../../bench/results.js';
import { table } from '../../bench/table.js';

const some = benchmark<{ readonly name: string; readonly ms: number }>({
  about: 'What is measured.',
  cases: { 'small, with dropout': async () => ({ rows: [] }), 'small, without dropout': async () => ({ rows: [] }) },
  columns: { name: ({ name }) => name, ms: ({ ms }) => ms.toFixed(1) },
});

describe('cases', () => {
  it('are selected by whole words that must all be in the name', () => {
    expect(chosen(some, [])).toHaveLength(2);
    expect(chosen(some, ['with'])).toEqual(['small, with dropout']);
    expect(chosen(some, ['small', 'without'])).toEqual(['small, without dropout']);
    expect(chosen(some, ['large'])).toEqual([]);
  });
});

describe('a table', () => {
  it('aligns numbers to the right and keeps columns aligned', () => {
    expect(
      table(
        ['name', 'ms'],
        [
          ['a', '1.5'],
          ['bcdefg', '12.0'],
          ['h', '–'],
        ],
      ).split('\n'),
    ).toEqual([
      '| name   |   ms |',
      '| ------ | ---: |',
      '| a      |  1.5 |',
      '| bcdefg | 12.0 |',
      '| h      |    – |',
    ]);
  });
});

describe('the results page', () => {
  const section = {
    name: 'some',
    benchmark: some,
    words: ['small'],
    rows: [{ name: 'a', ms: 2, versions: { torch: '9.9' } }],
    notes: ['A note.'],
    failed: false,
  };

  it('describes each benchmark, how to run it, and its results', () => {
    const text = sectionText(section);
    for (const part of ['## some', 'What is measured.', 'npm run bench -- some small', '| a    | 2.0 |', '- A note.'])
      expect(text).toContain(part);
  });

  it('lists the versions of peers, and the load at the start and the end', () => {
    const page = resultsPage([section], '0.1', '1.9');
    expect(page).toContain(`node ${process.version.slice(1)}`);
    expect(page).toContain('torch 9.9');
    expect(page).toContain('0.1 at the start, 1.9 at the end');
  });

  it('shows a benchmark without rows without a table', () => {
    expect(sectionText({ ...section, rows: [], notes: [] })).not.toContain('|');
  });
});
