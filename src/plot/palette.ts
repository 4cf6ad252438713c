import type { RunResults } from './results.js';

/**
 * One accent per model, in order, the same in every figure; they repeat after the sixth. The first two are blue and orange,
 * which remain distinct under all common forms of colour blindness. All have a contrast of at least 4.5 : 1 on the page.
 */
export const accents = {
  light: ['#1d5c9f', '#b3430f', '#1b7350', '#7d4296', '#7d6000', '#505963'],
  dark: ['#7db4ee', '#f2935f', '#5fc79b', '#cf9fe3', '#d8b552', '#b4bbc4'],
} as const;

/** The CSS colour of the model at this position. */
export const accentAt = (position: number): string => `var(--model-${position % accents.light.length})`;

/** The CSS colour of a model by its name; the text colour for an unknown name. */
export const accentOf = (results: Pick<RunResults, 'models'>, name: string): string => {
  const position = results.models.findIndex((model) => model.name === name);
  return position < 0 ? 'var(--ink)' : accentAt(position);
};
