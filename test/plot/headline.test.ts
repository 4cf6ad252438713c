import { describe, expect, it } from 'vitest';
import { headline } from '../../src/plot/headline.js';
import { wilson } from '../../src/plot/intervals.js';
import { sampleResults } from './sample-results.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('headline', () => {
  it('says both results, the difference and the images', () => {
    expect(plain(headline(sampleResults).sentence)).toBe(
      'SPT + LSA: 85.9 % against 83.0 %, +2.9 points on 2,000 test images',
    );
  });

  it('says whether the interval of the gain excludes zero', () => {
    expect(plain(headline(sampleResults).confidence)).toContain(
      'The 95 % interval of the difference from ViT is +1.5 to +4.3 points, which excludes zero.',
    );
    const unclear = headline({ ...sampleResults, gain: { value: 0.01, low: -0.004, high: 0.024 } });
    expect(plain(unclear.confidence)).toContain('is −0.4 to +2.4 points, which includes zero');
  });

  it('compares the two intervals when the gain has none', () => {
    const touching = headline({ ...sampleResults, gain: undefined });
    expect(plain(touching.confidence)).toContain('ViT (81.3–84.6 %) and SPT + LSA (84.3–87.4 %) overlap');
    const [first, last] = sampleResults.models;
    const apart = { ...last!, test: { ...last!.test, top1: wilson(1800, 2000) } };
    expect(headline({ ...sampleResults, models: [first!, apart], gain: undefined }).confidence).toContain(
      'do not overlap',
    );
  });

  it('tells of a loss with a minus sign', () => {
    const swapped = { ...sampleResults, models: [...sampleResults.models].reverse(), gain: undefined };
    expect(plain(headline(swapped).sentence)).toBe('ViT: 83.0 % against 85.9 %, −2.9 points on 2,000 test images');
  });

  it('works for one model and for none', () => {
    const one = headline({ ...sampleResults, models: sampleResults.models.slice(0, 1), gain: undefined });
    expect(plain(one.sentence)).toBe('ViT: 83.0 % of 2,000 test images right');
    expect(plain(one.confidence)).toContain('81.3–84.6 %');
    expect(headline({ ...sampleResults, models: [] }).sentence).toBe('No model was trained');
  });
});
