import { describe, expect, it } from 'vitest';
import { type RunResults, renderReport } from '../../src/plot/index.js';
import { sampleResults } from './sample-results.js';

const report = renderReport(sampleResults);
const titles = (html: string): readonly string[] => [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map((match) => match[1]!);

describe('renderReport', () => {
  it('gives the same document for the same results', () => {
    expect(renderReport(sampleResults)).toBe(report);
  });

  it('is self-contained', () => {
    expect(report).not.toMatch(/https?:|<script|@import|url\((?!#)/);
    const addresses = [...report.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
    expect(addresses.filter((address) => !/^(#|data:)/.test(address))).toEqual([]);
    expect(addresses.length).toBeGreaterThan(10);
  });

  it('has unique ids, and every reference resolves', () => {
    const ids = [...report.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]!);
    const references = [...report.matchAll(/(?:href="|url\()#([^")]*)/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => !ids.includes(reference))).toEqual([]);
  });

  it('gives every drawing a text alternative', () => {
    const drawings = report.match(/<svg class="(chart|panes)"[^>]*>/g)!;
    expect(drawings.filter((drawing) => !/role="img" aria-label="[^"]+"/.test(drawing))).toEqual([]);
  });

  it('shows all figures, in order', () => {
    expect(titles(report)).toEqual([
      'Results',
      'Learning curves',
      'What a token sees',
      'Attention',
      'Locality',
      'How to reproduce this run',
    ]);
  });

  it.each<[string, Partial<RunResults>, readonly string[]]>([
    ['patches', { patches: undefined }, ['What a token sees']],
    ['attention and temperatures', { attention: undefined, temperatures: undefined }, ['Attention', 'Locality']],
    ['attention', { attention: undefined }, ['Attention']],
    ['epochs', { models: sampleResults.models.map((model) => ({ ...model, epochs: [] })) }, ['Learning curves']],
    ['models', { models: [] }, ['Results', 'Learning curves']],
  ])('leaves out sections without %s', (_, change, missing) => {
    expect(titles(renderReport({ ...sampleResults, ...change }))).toEqual(
      titles(report).filter((title) => !missing.includes(title)),
    );
  });

  it('draws every view, block and head, and strikes through masked patches only', () => {
    // 5 views, the subject, (2 blocks + 2 heads) of the first model, (1 + 2) of the second.
    expect(report.match(/<svg class="panes"/g)).toHaveLength(5 + 1 + 4 + 3);
    expect(report.match(/class="outline" d="[^"]*m0 1l1 -1"/g)).toHaveLength(3);
  });

  it('escapes all text', () => {
    const evil = '<i>"&\'';
    const html = renderReport({
      ...sampleResults,
      title: evil,
      preset: evil,
      engine: evil,
      command: evil,
      startedAt: evil,
      dataset: { ...sampleResults.dataset, name: evil },
      models: sampleResults.models.map((model) => ({ ...model, name: evil })),
      patches: { ...sampleResults.patches!, label: evil, views: [{ ...sampleResults.patches!.views[0]!, name: evil }] },
      attention: {
        ...sampleResults.attention!,
        label: evil,
        models: sampleResults.attention!.models.map((maps) => ({ ...maps, name: evil, predicted: evil })),
      },
      temperatures: { ...sampleResults.temperatures!, name: evil },
    });
    // The only italic elements are the ticks of the interval strip.
    expect(html).not.toContain('<i>');
    expect(html).not.toContain(evil);
    expect(titles(html)).toEqual(titles(report));
  });

  it('survives a run that diverged', () => {
    const models = sampleResults.models.map((model) => ({
      ...model,
      epochs: model.epochs.map((epoch) => ({
        ...epoch,
        train: { loss: Number.NaN, top1: 0.1, top5: 0.5 },
        validation: undefined,
      })),
    }));
    const maps = sampleResults.attention!.models.map((map) => ({
      ...map,
      blocks: map.blocks.map((block) => Float32Array.from(block, () => Number.NaN)),
    }));
    const html = renderReport({ ...sampleResults, models, attention: { ...sampleResults.attention!, models: maps } });
    expect(titles(html)).toEqual(titles(report));
    expect(html).not.toContain('undefined');
    expect(html.match(/ d="[^"]*NaN/)).toBeNull();
  });
});

it('a model that is called as a property of every object changes none', () => {
  const before = Reflect.ownKeys(Object.prototype);
  const models = sampleResults.models.map((model) => ({ ...model, name: '__proto__' }));
  expect(renderReport({ ...sampleResults, models })).toContain('__proto__');
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
});
