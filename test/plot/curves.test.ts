import { describe, expect, it } from 'vitest';
import { curvesFigure } from '../../src/plot/curves.js';
import { sampleResults } from './sample-results.js';

const strokes = (html: string, model: number): readonly string[] =>
  html.match(new RegExp(`<path d="M[^"]*" fill="none" stroke="var\\(--model-${model}\\)"[^>]*>`, 'g')) ?? [];

describe('curvesFigure', () => {
  it('draws training dashed and validation solid, for each model in both charts', () => {
    const html = curvesFigure(sampleResults);
    for (const model of [0, 1]) {
      expect(strokes(html, model)).toHaveLength(4);
      expect(strokes(html, model).filter((stroke) => stroke.includes('stroke-dasharray'))).toHaveLength(2);
    }
  });

  it('labels each line with its model and where it ends', () => {
    const html = curvesFigure(sampleResults);
    for (const text of ['ViT', 'SPT + LSA', '0.367', '80.0\u00a0%']) expect(html).toContain(`>${text}</text>`);
  });

  it('draws training solid where there is no validation', () => {
    const models = sampleResults.models.map((model) => ({
      ...model,
      epochs: model.epochs.map(({ validation: _, ...epoch }) => epoch),
    }));
    const html = curvesFigure({ ...sampleResults, models });
    expect(strokes(html, 0).map((stroke) => stroke.includes('stroke-dasharray'))).toEqual([false, false]);
    expect(html).not.toContain('validation');
  });
});
