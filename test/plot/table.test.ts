import { describe, expect, it } from 'vitest';
import { epochsTable, resultsTable } from '../../src/plot/table.js';
import { sampleResults } from './sample-results.js';

/** The rows of a table as the text of their cells. */
const rows = (html: string): readonly (readonly string[])[] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map((row) =>
    [...row[1]!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map((cell) =>
      cell[1]!.replace(/<[^>]*>/g, '').replaceAll('\u00a0', ' '),
    ),
  );

describe('tables', () => {
  it('show the numbers of each model', () => {
    expect(rows(resultsTable(sampleResults))).toEqual([
      ['', 'ViT', 'SPT + LSA'],
      ['Top-1 accuracy', '83.0 % 81.3–84.6 %', '85.9 % 84.3–87.4 %'],
      ['Top-5 accuracy', '99.6 % 99.1–99.8 %', '99.6 % 99.1–99.8 %'],
      ['Test loss', '0.482', '0.482'],
      ['Parameters', '141,386', '141,386'],
      ['Multiply-accumulates per image', '7.10 M', '7.10 M'],
      ['Training time', '1 min 32 s', '1 min 32 s'],
      ['Training images per second', '2,338', '2,338'],
    ]);
  });

  it('list every epoch', () => {
    const table = rows(epochsTable(sampleResults.models[0]!, 0));
    expect(table).toHaveLength(2 + 3);
    expect(table.at(-1)).toEqual(['3', '1e-3', '0.3333', '83.3 %', '99.0 %', '0.3667', '80.0 %', '98.0 %']);
  });
});
