/**
 * Slow and simple references of the layers, written from their definitions, in double precision on nested arrays.
 *
 * @module
 */
import type { HostTensor } from '../../src/core/host-tensor.js';

export type Vector = readonly number[];
export type Matrix = readonly Vector[];
/** `[row][column][channel]` */
export type Image = readonly Matrix[];

export const range = (n: number): readonly number[] => [...new Array(n).keys()];
export const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: Vector): number => sum(values) / values.length;

/** The numbers of a host tensor as nested arrays. */
export const nested = <T>(tensor: HostTensor): T => {
  const cut = (from: number, shape: readonly number[]): unknown => {
    const [size, ...rest] = shape;
    if (size === undefined) return tensor.data[from];
    const step = rest.reduce((product, next) => product * next, 1);
    return range(size).map((i) => cut(from + i * step, rest));
  };
  return cut(0, tensor.shape) as T;
};

export const flat = (tree: unknown): readonly number[] => (tree as unknown[]).flat(9) as number[];

export const dense = (rows: Matrix, weight: Matrix, bias?: Vector): Matrix =>
  rows.map((row) =>
    range(weight[0]!.length).map((out) => sum(row.map((value, i) => value * weight[i]![out]!)) + (bias?.[out] ?? 0)),
  );

export const layerNorm = (rows: Matrix, scale: Vector, offset: Vector, epsilon: number): Matrix =>
  rows.map((row) => {
    const centre = mean(row);
    const variance = mean(row.map((value) => (value - centre) ** 2));
    return row.map((value, i) => (scale[i]! * (value - centre)) / Math.sqrt(variance + epsilon) + offset[i]!);
  });

/** erf by its Taylor series near zero and by Lentz's continued fraction of erfc beyond: 14 digits. */
export const erf = (x: number): number => {
  if (x < 0) return -erf(-x);
  if (x < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; n < 80; n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = x;
  for (let n = 120; n >= 1; n--) fraction = x + n / 2 / fraction;
  return 1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
};

export const gelu = (x: number): number => (x * (1 + erf(x / Math.SQRT2))) / 2;

/** Patches from left to right and from top to bottom, each flattened as (row, column, channel). */
export const patches = (image: Image, size: number): Matrix =>
  range(image.length / size).flatMap((patchRow) =>
    range(image[0]!.length / size).map((patchColumn) =>
      range(size).flatMap((row) =>
        range(size).flatMap((column) => image[patchRow * size + row]![patchColumn * size + column]!),
      ),
    ),
  );

/** `out[y, x] = in[y + dy, x + dx]`, and zero where that is outside. */
export const lookAside = (image: Image, dy: number, dx: number): Image =>
  image.map((row, y) => row.map((pixel, x) => image[y + dy]?.[x + dx] ?? pixel.map(() => 0)));

/** Images concatenated along their channels. */
export const channels = (images: readonly Image[]): Image =>
  images[0]!.map((row, y) => row.map((_, x) => images.flatMap((image) => image[y]![x]!)));

export const softmax = (scores: Vector): Vector => {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  return powers.map((power) => power / sum(powers));
};

export interface Projection {
  readonly weight: Matrix;
  readonly bias?: Vector;
}

export interface Attention {
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly output: Projection;
  readonly heads: number;
  /** The divisor of the scores of a head. */
  readonly temperature: (head: number) => number;
  readonly maskDiagonal: boolean;
}

/** Multi-head attention of one image's tokens: the output, and the weights `[head][query][key]`. */
export const attention = (tokens: Matrix, a: Attention): { readonly output: Matrix; readonly weights: Image } => {
  const [query, key, value] = [a.query, a.key, a.value].map((p) => dense(tokens, p.weight, p.bias));
  const width = query![0]!.length / a.heads;
  const ofHead = (row: Vector, head: number): Vector => row.slice(head * width, (head + 1) * width);
  const weights = range(a.heads).map((head) =>
    tokens.map((_, i) =>
      softmax(
        tokens.map((__, j) => {
          if (a.maskDiagonal && i === j) return Number.NEGATIVE_INFINITY;
          const k = ofHead(key![j]!, head);
          return sum(ofHead(query![i]!, head).map((q, d) => q * k[d]!)) / a.temperature(head);
        }),
      ),
    ),
  );
  const mixed = tokens.map((_, i) =>
    range(a.heads).flatMap((head) =>
      range(width).map((d) => sum(tokens.map((__, j) => weights[head]![i]![j]! * value![j]![head * width + d]!))),
    ),
  );
  return { output: dense(mixed, a.output.weight, a.output.bias), weights };
};

/** The MLP of the Keras example if `activateLast`; otherwise the last layer is linear. */
export const mlp = (rows: Matrix, layers: readonly Projection[], activateLast: boolean): Matrix =>
  layers.reduce((value, { weight, bias }, i) => {
    const made = dense(value, weight, bias);
    return i < layers.length - 1 || activateLast ? made.map((row) => row.map(gelu)) : made;
  }, rows);

export const add = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
