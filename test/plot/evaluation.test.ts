import { describe, expect, it } from 'vitest';
import { worstFirst } from '../../src/plot/evaluation/class-table.js';
import { renderEvaluation } from '../../src/plot/index.js';
import { evaluationOf } from './sample-evaluation.js';

const sample = evaluationOf(6);
const report = renderEvaluation(sample);
const titles = (html: string): readonly string[] => [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map((match) => match[1]!);

describe('renderEvaluation', () => {
  it('is self-contained, and the same for the same results', () => {
    expect(renderEvaluation(sample)).toBe(report);
    expect(report).not.toMatch(/https?:|<script|@import|url\((?!#)/);
    const addresses = [...report.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
    expect(addresses.filter((address) => !/^(#|data:)/.test(address))).toEqual([]);
  });

  it('has all sections, in order', () => {
    expect(titles(report)).toEqual([
      'Results',
      'The surest mistakes',
      'Classes',
      'Confusion matrix',
      'Calibration',
      'Files left out',
      'How to reproduce this evaluation',
    ]);
  });

  it('says what the model is worth, and whether it can be believed', () => {
    expect(report).toContain('accuracy on 60 test images</h1>');
    expect(report).toContain('against an accuracy of 70.0\u00a0%: it is overconfident.');
    expect(report).toContain('The expected calibration error is 11.0 points');
  });

  it('blames no model for what chance explains', () => {
    const { calibration } = sample;
    const few = renderEvaluation({ ...sample, calibration: { ...calibration, chance: 0.12 } });
    expect(few).toContain('against an accuracy of 70.0\u00a0%. The expected calibration error is 11.0 points');
    expect(few).not.toContain('overconfident');
  });

  it('has no top-5 accuracy of five classes', () => {
    expect(report).toContain('Top-5 accuracy');
    expect(renderEvaluation(evaluationOf(5))).not.toContain('Top-5 accuracy');
  });

  it('shows mistakes with their file or position', () => {
    expect(report.match(/<figure><img class="small-image" src="data:image\/png;base64,/g)).toHaveLength(2);
    expect(report).toContain('alt="cat, taken for dog"');
    expect(report).toContain('cat/1.jpg');
    expect(report).toContain('image 1');
    expect(titles(renderEvaluation({ ...sample, mistakes: [] }))).not.toContain('The surest mistakes');
  });

  it('has the numbers of a small confusion matrix, and a picture of a large one with the most frequent confusions', () => {
    expect(report.match(/<tr><th scope="row">class 5<\/th>.*?<\/tr>/g)?.[1]).toContain('>5</td>');
    const large = renderEvaluation(evaluationOf(40));
    expect(large).not.toContain('<table class="confusion">');
    expect(large).toContain('aria-label="Confusion matrix of 40 classes"');
    expect(large).toContain('<th scope="row">class 6</th><td class="text">class 7</td><td>6</td><td>60.0\u00a0%</td>');
    expect(large).toContain('The other 20 classes');
  });

  it('gives every drawing a text alternative', () => {
    const drawings = report.match(/<svg class="(chart|panes)"[^>]*>/g)!;
    expect(drawings.filter((drawing) => !/role="img" aria-label="[^"]+"/.test(drawing))).toEqual([]);
  });

  it('escapes all text', () => {
    const evil = '<i>"&\'';
    const html = renderEvaluation({
      ...sample,
      title: evil,
      engine: evil,
      command: evil,
      startedAt: evil,
      model: { ...sample.model, name: evil, path: evil },
      images: { ...sample.images, name: evil, folder: evil },
      skipped: [{ path: evil, detail: evil }],
      classes: sample.classes.map((one) => ({ ...one, name: evil, mistakenFor: { name: evil, images: 1 } })),
      mistakes: sample.mistakes.map((one) => ({ ...one, file: evil, label: evil, predicted: evil })),
    });
    expect(html).not.toContain('<i>');
    expect(html).not.toContain(evil);
    expect(titles(html)).toEqual(titles(report));
  });

  it('survives an evaluation without images', () => {
    const html = renderEvaluation({
      ...sample,
      calibration: { bins: [], confidence: 0, error: 0, chance: 0 },
      classes: sample.classes.map((one) => ({ ...one, images: 0 })),
      mistakes: [],
    });
    expect(html).not.toMatch(/undefined|NaN/);
  });
});

it('the least accurate classes come first, those without images last', () => {
  const [first, second, third] = sample.classes;
  const sorted = worstFirst([{ ...first!, images: 0 }, second!, { ...third!, name: 'worst' }]);
  expect(sorted.map(({ name }) => name)).toEqual(['worst', 'class 1', 'class 0']);
});
