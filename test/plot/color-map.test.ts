import { describe, expect, it } from 'vitest';
import { type Color, magma } from '../../src/plot/color-map.js';

/** Lightness L* of CIELAB. */
const lightness = (color: Color): number => {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
};

describe('magma', () => {
  it('increases evenly in lightness', () => {
    const levels = Array.from({ length: 10 }, (_, i) => lightness(magma(i / 9)));
    const steps = levels.slice(1).map((level, i) => level - levels[i]!);
    expect(Math.min(...steps)).toBeGreaterThan(6);
    expect(Math.max(...steps)).toBeLessThan(14);
  });

  it('clamps values, and maps NaN to the lowest colour', () => {
    expect(magma(-1)).toEqual(magma(0));
    expect(magma(2)).toEqual(magma(1));
    expect(magma(Number.NaN)).toEqual(magma(0));
  });
});
