/** The smallest of 1, 2, 5, 10, 20, 50 … that is at least `least`. */
const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
};

const multiples = (step: number, low: number, high: number): readonly number[] => {
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
};

/** The multiples of a round number between two ends, at most about `most`. */
export const ticks = (low: number, high: number, most: number): readonly number[] =>
  high > low ? multiples(roundStep((high - low) / most), low, high) : [low];

/** Ticks for counts, at most about `most`: 1 first, then round numbers that are not too close to it. */
export const countTicks = (last: number, most: number): readonly number[] => {
  const step = Math.max(1, roundStep(last / most));
  return [1, ...multiples(step, 2, last).filter((value) => value >= 1 + step / 2)];
};
