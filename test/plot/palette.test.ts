import { describe, expect, it } from 'vitest';
import { accentOf, accents } from '../../src/plot/palette.js';
import { styles } from '../../src/plot/styles.js';
import { sampleResults } from './sample-results.js';

const luminance = (hex: string): number => {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};

/** Contrast as WCAG 2 defines it. */
const contrast = (one: string, other: string): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
};

const variable = (name: string): readonly string[] =>
  [...styles.matchAll(new RegExp(`--${name}:(#[0-9a-f]{6})`, 'g'))].map((match) => match[1]!);

describe('palette', () => {
  it.each(['light', 'dark'] as const)('is readable on the %s page', (theme) => {
    const position = theme === 'light' ? 0 : 1;
    const paper = variable('paper')[position]!;
    for (const color of [...accents[theme], variable('ink')[position]!, variable('quiet')[position]!]) {
      expect(contrast(color, paper)).toBeGreaterThan(4.5);
    }
  });

  it('gives each model its own colour, and unknown names the text colour', () => {
    expect(accentOf(sampleResults, 'ViT')).toBe('var(--model-0)');
    expect(accentOf(sampleResults, 'SPT + LSA')).toBe('var(--model-1)');
    expect(accentOf(sampleResults, 'Swin')).toBe('var(--ink)');
  });
});
