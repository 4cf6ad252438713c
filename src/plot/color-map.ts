/** Red, green and blue, 0 … 255. */
export type Color = readonly [number, number, number];

const black: Color = [0, 0, 4];

/**
 * Ten stops of magma. Lightness grows evenly from black to cream, so equal steps of a value look equal, also in grey and
 * with colour-blindness.
 *
 * Source: van der Walt and Smith, matplotlib's magma, 2015 (CC0).
 */
const stops: readonly Color[] = [
  black,
  [24, 15, 62],
  [69, 16, 119],
  [114, 31, 129],
  [159, 47, 127],
  [205, 64, 113],
  [241, 96, 93],
  [253, 149, 103],
  [254, 201, 141],
  [252, 253, 191],
];

/** The colour of a value. Values outside 0 … 1 are clamped; NaN gets the lowest colour. */
export const magma = (value: number): Color => {
  const position = (value > 0 ? Math.min(1, value) : 0) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(position));
  const share = position - below;
  const [from = black, to = from] = stops.slice(below, below + 2);
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] * (1 - share) + to[channel] * share);
  return [mix(0), mix(1), mix(2)];
};

/** The whole map as a CSS background, for a legend. */
export const magmaGradient = `linear-gradient(90deg, ${stops.map((stop) => `rgb(${stop.join(' ')})`).join(', ')})`;
