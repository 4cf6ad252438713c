import { describe, expect, it } from 'vitest';
import { headline } from '../../src/plot/headline.js';
import { wilson } from '../../src/plot/intervals.js';
import { sampleResults } from './sample-results.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('headline', () => {
  it('states the difference, over which model, and the number of images', () => {
    expect(plain(headline(sampleResults).sentence)).toBe(
      'SPT + LSA against ViT: +2.9 points top-1 on 2,000 test images',
    );
  });

  it('states whether the interval of the difference excludes zero', () => {
    expect(plain(headline(sampleResults).confidence)).toContain(
      'Top-1 accuracy is 85.9 %, against 83.0 % for ViT. The 95 % confidence interval of the difference is +1.5 to +4.3 points, which excludes zero.',
    );
    const unclear = headline({ ...sampleResults, gain: { value: 0.01, low: -0.004, high: 0.024 } });
    expect(plain(unclear.confidence)).toContain('is −0.4 to +2.4 points, which includes zero');
  });

  it('compares the intervals of the models when the difference has none', () => {
    const touching = headline({ ...sampleResults, gain: undefined });
    expect(plain(touching.confidence)).toContain('ViT (81.3–84.6 %) and SPT + LSA (84.3–87.4 %) overlap');
    const [first, last] = sampleResults.models;
    const apart = { ...last!, test: { ...last!.test, top1: wilson(1800, 2000) } };
    expect(headline({ ...sampleResults, models: [first!, apart], gain: undefined }).confidence).toContain(
      'do not overlap',
    );
  });

  it('writes a decrease with a minus sign', () => {
    const swapped = { ...sampleResults, models: [...sampleResults.models].reverse(), gain: undefined };
    expect(plain(headline(swapped).sentence)).toBe('ViT against SPT + LSA: −2.9 points top-1 on 2,000 test images');
  });

  it('works for one model and for none', () => {
    const one = headline({ ...sampleResults, models: sampleResults.models.slice(0, 1), gain: undefined });
    expect(plain(one.sentence)).toBe('ViT: 83.0 % top-1 accuracy on 2,000 test images');
    expect(plain(one.confidence)).toContain('81.3–84.6 %');
    expect(headline({ ...sampleResults, models: [] }).sentence).toBe('No model was trained');
  });
});
