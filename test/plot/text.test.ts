import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  duration,
  escapeHtml,
  moment,
  percent,
  range,
  rate,
  scaled,
  signed,
  signedRange,
} from '../../src/plot/text.js';
import { countTicks, ticks } from '../../src/plot/ticks.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('text', () => {
  it('escapes reversibly', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(text);
      }),
    );
  });

  it.each([
    [percent(0.8594), '85.9 %'],
    [range({ value: 0.85, low: 0.843, high: 0.8741 }), '84.3–87.4 %'],
    [signed(0.029), '+2.9'],
    [signed(-0.004), '−0.4'],
    [signed(-0.0001), '0.0'],
    [signedRange({ value: 0, low: -0.01, high: 0.02 }), '−1.0 to +2.0'],
    [scaled(999), '999'],
    [scaled(7_104_512), '7.10 M'],
    [scaled(30_150_000), '30.1 M'],
    [scaled(1.234e11), '123 G'],
    [duration(8.44), '8.4 s'],
    [duration(59.97), '1 min 00 s'],
    [duration(843), '14 min 03 s'],
    [duration(7500), '2 h 05 min'],
    [rate(0.001), '1e-3'],
    [rate(9.8651e-4), '9.87e-4'],
    [rate(0), '0'],
    [moment('2026-11-24T14:05:12Z'), '24 November 2026, 14:05 UTC'],
    [moment('yesterday'), 'yesterday'],
  ])('%s', (actual, expected) => {
    expect(plain(actual)).toBe(expected);
  });
});

describe('ticks', () => {
  it('are round, within range and few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (low, size) => {
          const marks = ticks(low, low + size, 6);
          expect(marks.length).toBeLessThanOrEqual(7);
          expect(marks.length).toBeGreaterThanOrEqual(2);
          expect(marks.every((mark) => mark > low - 1e-9 && mark < low + size + 1e-9)).toBe(true);
        },
      ),
    );
    expect(ticks(0.8, 0.88, 4).map((mark) => mark.toFixed(2))).toEqual(['0.80', '0.82', '0.84', '0.86', '0.88']);
  });

  it('count from one', () => {
    expect(countTicks(8, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(countTicks(20, 7)).toEqual([1, 5, 10, 15, 20]);
    expect(countTicks(50, 7)).toEqual([1, 10, 20, 30, 40, 50]);
    expect(countTicks(1, 7)).toEqual([1]);
  });
});
