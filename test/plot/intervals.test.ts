import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedGain, wilson } from '../../src/plot/intervals.js';

describe('wilson', () => {
  it('agrees with published values', () => {
    // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilson(successes, trials);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('contains its value and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(10000), fc.nat(10000), (a, b) => {
        const { value, low, high } = wilson(Math.min(a, b), Math.max(a, b));
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe('pairedGain', () => {
  // Whether an image is right, or how often it would be if ties are broken by chance.
  const share = fc.constantFrom(0, 1, 0.5, 0.1);
  const outcomes = fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 60 });

  it('is the difference of the accuracies', () => {
    fc.assert(
      fc.property(outcomes, (pairs) => {
        const accuracy = (which: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[which], 0) / pairs.length;
        const gain = pairedGain(
          pairs.map(([first]) => first),
          pairs.map(([, second]) => second),
        );
        expect(gain.value).toBeCloseTo(accuracy(1) - accuracy(0), 12);
        expect(gain.low).toBeLessThan(gain.high);
      }),
    );
  });

  it('changes sign with the order of the models', () => {
    fc.assert(
      fc.property(outcomes, (pairs) => {
        const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [forth, back] = [pairedGain(first, second), pairedGain(second, first)];
        expect(back.low).toBeCloseTo(-forth.high, 12);
        expect(back.high).toBeCloseTo(-forth.low, 12);
      }),
    );
  });

  it('follows the formula of Agresti and Min', () => {
    // 100 images: 10 that only the second model gets right, 4 that only the first does.
    const first = Array.from({ length: 100 }, (_, i) => (i < 80 || (i >= 90 && i < 94) ? 1 : 0));
    const second = Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 : 0));
    const centre = 6 / 102;
    const half = (1.959964 / 102) * Math.sqrt(15 - 36 / 102);
    const gain = pairedGain(first, second);
    expect(gain.value).toBeCloseTo(0.06, 12);
    expect(gain.low).toBeCloseTo(centre - half, 6);
    expect(gain.high).toBeCloseTo(centre + half, 6);
  });

  it('counts a tie as the expected number of images that only one model gets right', () => {
    // One model always guesses among ten classes, the other is right on half of the images.
    const guess = Array.from({ length: 100 }, () => 0.1);
    const half = Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : 0));
    const gain = pairedGain(guess, half);
    expect(gain.value).toBeCloseTo(0.4, 12);
    // 45 images that only the second gets right, 5 that only the first does.
    const [centre, deviation] = [40 / 102, Math.sqrt((51 / 102 - (40 / 102) ** 2) / 102)];
    expect(gain.low).toBeCloseTo(centre - 1.959964 * deviation, 6);
    expect(gain.high).toBeCloseTo(centre + 1.959964 * deviation, 6);
  });
});
