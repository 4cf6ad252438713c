/** The round steps of a scale, each about twice the one before: 1, 2, 5, 10, 20, 50 … */
const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
};

const multiples = (step: number, low: number, high: number): readonly number[] => {
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
};

/** The multiples of a round number between two ends, about `most` of them or fewer. */
export const ticks = (low: number, high: number, most: number): readonly number[] =>
  high > low ? multiples(roundStep((high - low) / most), low, high) : [low];

/** Whole numbers for counted things, about `most` of them or fewer: 1 first, then round ones that leave it room. */
export const countTicks = (last: number, most: number): readonly number[] => {
  const step = Math.max(1, roundStep(last / most));
  return [1, ...multiples(step, 2, last).filter((value) => value >= 1 + step / 2)];
};
