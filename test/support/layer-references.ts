/**
 * References of the layers in double precision, on nested arrays of numbers, for the table of layers. They compute
 * evaluation, without dropout.
 *
 * @module
 */
import * as oracle from '../layers/oracle.js';

/** From the parameters and the input of a layer to its output, all as nested arrays. */
export type Reference = (params: never, x: never) => unknown;

type Batch<X> = readonly X[];
type Norm = { readonly scale: oracle.Vector; readonly offset: oracle.Vector };
type Dense = oracle.Projection;
type Attention = Pick<oracle.Attention, 'query' | 'key' | 'value' | 'output'> & {
  readonly temperature?: number | oracle.Vector;
  readonly scale?: oracle.Vector;
};

/** The same function for each image of a batch, of its tokens or of its pixels. */
const each =
  <P, X>(f: (params: P, image: X) => unknown): Reference =>
  (params: P, x: Batch<X>) =>
    x.map((image) => f(params, image));

const normed = (rows: oracle.Matrix, { scale, offset }: Norm): oracle.Matrix =>
  oracle.layerNorm(rows, scale, offset, 1e-6);
const projected = (rows: oracle.Matrix, { weight, bias }: Dense): oracle.Matrix => oracle.dense(rows, weight, bias);
const joined = (a: oracle.Matrix, b: oracle.Matrix): oracle.Matrix => a.map((row, i) => [...row, ...b[i]!]);

/** The offset of a view: `[dy, dx]` in pixels. */
type Look = readonly [number, number];
const kerasDiagonals: readonly Look[] = [
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
];
const officialCardinals: readonly Look[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];
const officialDiagonals: readonly Look[] = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];
const views = (looks: readonly Look[], pixels: number, image: oracle.Image): oracle.Image =>
  oracle.channels([image, ...looks.map(([dy, dx]) => oracle.lookAside(image, dy * pixels, dx * pixels))]);

const shiftedTokens = (looks: readonly Look[], pixels: number): Reference =>
  each<{ readonly norm: Norm; readonly projection: Dense }, oracle.Image>(({ norm, projection }, image) =>
    projected(normed(oracle.patches(views(looks, pixels, image), 4), norm), projection),
  );

const attention = (maskDiagonal: boolean, temperature: (params: Attention, head: number) => number): Reference =>
  each<Attention, oracle.Matrix>(
    (params, tokens) =>
      oracle.attention(tokens, { ...params, heads: 2, maskDiagonal, temperature: (head) => temperature(params, head) })
        .output,
  );
const root = (): number => Math.sqrt(3);
const one = ({ temperature }: Attention): number => temperature as number;

type Kernel = readonly (readonly oracle.Matrix[])[];

// The pixels of each window; `undefined` where the window leaves the image.
const windowed = (
  image: oracle.Image,
  { size, stride, before, count }: Readonly<Record<'size' | 'stride' | 'before' | 'count', number>>,
  f: (pixels: readonly (oracle.Vector | undefined)[]) => oracle.Vector,
): oracle.Image => {
  const numbers = (length: number): readonly number[] => Array.from({ length }, (_, i) => i);
  return numbers(count).map((row) =>
    numbers(count).map((column) =>
      f(
        numbers(size * size).map(
          (i) => image[row * stride - before + Math.floor(i / size)]?.[column * stride - before + (i % size)],
        ),
      ),
    ),
  );
};

type Window = Parameters<typeof windowed>[1];
type Convolution = { readonly weight: Kernel; readonly bias?: oracle.Vector };

const convolved = (image: oracle.Image, window: Window, { weight, bias }: Convolution): oracle.Image => {
  const kernel = weight.flat();
  const outputs = oracle.range(kernel[0]![0]!.length);
  return windowed(image, window, (pixels) =>
    outputs.map((out) =>
      pixels.reduce(
        (sum, pixel, i) => sum + (pixel ?? []).reduce((total, x, c) => total + x * kernel[i]![c]![out]!, 0),
        bias?.[out] ?? 0,
      ),
    ),
  );
};

const conv = (window: Window): Reference =>
  each<Convolution, oracle.Image>((params, image) => convolved(image, window, params));

const depthwise = (window: Window): Reference =>
  each<Convolution, oracle.Image>(({ weight, bias }, image) =>
    windowed(image, window, (pixels) =>
      weight[0]![0]!.map((_, c) =>
        pixels.reduce((sum, pixel, i) => sum + (pixel?.[c] ?? 0) * weight.flat()[i]![c]![0]!, bias?.[c] ?? 0),
      ),
    ),
  );

const poolOf = (image: oracle.Image, window: Window, f: (values: oracle.Vector) => number): oracle.Image =>
  windowed(image, window, (pixels) => {
    const inside = pixels.flatMap((pixel) => (pixel === undefined ? [] : [pixel]));
    return inside[0]!.map((_, c) => f(inside.map((pixel) => pixel[c]!)));
  });

const pooled = (window: Window, f: (values: oracle.Vector) => number): Reference =>
  each<never, oracle.Image>((_, image) => poolOf(image, window, f));

/** Convolution with windows of 3, ReLU, and pooling to half the size, for each of the parameters. */
const convTokens = (image: oracle.Image, layers: readonly { readonly conv: Convolution }[]): oracle.Matrix =>
  layers
    .reduce((x, { conv: params }) => {
      const y = convolved(x, { size: 3, stride: 1, before: 1, count: x.length }, params);
      const positive = y.map((row) => row.map((pixel) => pixel.map((value) => Math.max(value, 0))));
      return poolOf(positive, { size: 3, stride: 2, before: 1, count: x.length / 2 }, (values) => Math.max(...values));
    }, image)
    .flat();

/** 8 rows to 5 and 8 columns to 12: between the centers of pixels, or the pixel in which the corner lies. */
const resized = (interpolated: boolean): Reference =>
  each<never, oracle.Image>((_, image) => {
    const taken = <T>(lines: readonly T[], count: number, mix: (a: T, b: T, part: number) => T): readonly T[] =>
      oracle.range(count).map((i) => {
        if (!interpolated) return lines[Math.floor((i * lines.length) / count)]!;
        const at = Math.min(Math.max(((i + 0.5) * lines.length) / count - 0.5, 0), lines.length - 1);
        return mix(lines[Math.floor(at)]!, lines[Math.ceil(at)]!, at % 1);
      });
    const mixed = (a: oracle.Vector, b: oracle.Vector, part: number): oracle.Vector =>
      a.map((value, c) => value + part * (b[c]! - value));
    const tall = taken(image, 5, (a, b, part) => a.map((pixel, x) => mixed(pixel, b[x]!, part)));
    return tall.map((row) => taken(row, 12, mixed));
  });

const onNumbers = (f: (x: number) => number): Reference =>
  each<never, oracle.Matrix>((_, tokens) => tokens.map((row) => row.map(f)));

type BatchNorm = Norm & { readonly mean: oracle.Vector; readonly variance: oracle.Vector };
const batchNormed = ({ scale, offset, mean, variance }: BatchNorm, token: oracle.Vector, epsilon: number) =>
  token.map((x, i) => (scale[i]! * (x - mean[i]!)) / Math.sqrt(variance[i]! + epsilon) + offset[i]!);

/** The reference of each layer of the table, with the options it has there. */
export const references = {
  same: (_: never, x: never) => x,
  dense: each<Dense, oracle.Matrix>((params, tokens) => projected(tokens, params)),
  denseOnVectors: (params: Dense, x: oracle.Matrix) => projected(x, params),
  layerNorm: each<Norm, oracle.Matrix>((params, tokens) => normed(tokens, params)),
  layerNormOnVectors: ({ scale, offset }: Norm, x: oracle.Matrix) => oracle.layerNorm(x, scale, offset, 1e-3),
  batchNorm: each<BatchNorm, oracle.Matrix>((params, tokens) => tokens.map((x) => batchNormed(params, x, 1e-5))),
  batchNormOnImages: each<BatchNorm, oracle.Image>((params, image) =>
    image.map((row) => row.map((x) => batchNormed(params, x, 1e-3))),
  ),
  gelu: each<never, oracle.Matrix>((_, tokens) => tokens.map((row) => row.map(oracle.gelu))),
  mlp: (activateLast: boolean) =>
    each<readonly { readonly dense: Dense }[], oracle.Matrix>((stages, tokens) =>
      oracle.mlp(
        tokens,
        stages.map(({ dense }) => dense),
        activateLast,
      ),
    ),
  // 8 × 8 pixels: padding `same` with stride 2 has none before the first pixel.
  conv: conv({ size: 3, stride: 2, before: 0, count: 4 }),
  convPadded: conv({ size: 3, stride: 1, before: 1, count: 8 }),
  depthwiseConv: depthwise({ size: 3, stride: 1, before: 1, count: 8 }),
  maxPool: pooled({ size: 3, stride: 2, before: 1, count: 4 }, (values) => Math.max(...values)),
  averagePool: pooled({ size: 3, stride: 2, before: 0, count: 4 }, oracle.mean),
  convTokens: each<{ readonly layers: readonly { readonly conv: Convolution }[] }, oracle.Image>(({ layers }, image) =>
    convTokens(image, layers),
  ),
  resizeBilinear: resized(true),
  resizeNearest: resized(false),
  imagesToTokens: each<never, oracle.Image>((_, image) => image.flat()),
  tokensToImages: each<never, oracle.Matrix>((_, tokens) => tokens.map((token) => [token])),
  gatherTokens: each<never, oracle.Matrix>((_, tokens) => [3, 0, 3].map((position) => tokens[position]!)),
  // Seven places back are two, of five tokens.
  rollTokens: each<never, oracle.Matrix>((_, tokens) => [2, 3, 4, 0, 1].map((position) => tokens[position]!)),
  layerScale: each<{ readonly scale: oracle.Vector }, oracle.Matrix>(({ scale }, tokens) =>
    tokens.map((token) => token.map((value, i) => value * scale[i]!)),
  ),
  sequencePool: each<{ readonly score: Dense }, oracle.Matrix>(({ score }, tokens) => {
    const weights = oracle.softmax(projected(tokens, score).flat());
    return tokens[0]!.map((_, i) => oracle.sum(tokens.map((token, t) => weights[t]! * token[i]!)));
  }),
  relu: onNumbers((x) => Math.max(x, 0)),
  silu: onNumbers((x) => x / (1 + Math.exp(-x))),
  sigmoid: onNumbers((x) => 1 / (1 + Math.exp(-x))),
  softplus: onNumbers((x) => Math.log1p(Math.exp(x))),
  tanh: onNumbers(Math.tanh),
  patches: each<never, oracle.Image>((_, image) => oracle.patches(image, 4)),
  patchTokens: each<{ readonly projection: Dense }, oracle.Image>(({ projection }, image) =>
    projected(oracle.patches(image, 4), projection),
  ),
  shiftedViews: each<never, oracle.Image>((_, image) => views([...officialCardinals, ...officialDiagonals], 2, image)),
  shiftedPatchTokens: shiftedTokens(kerasDiagonals, 2),
  cardinalPatchTokens: shiftedTokens(officialCardinals, 1),
  position: each<{ readonly table: oracle.Matrix }, oracle.Matrix>(({ table }, tokens) => oracle.add(tokens, table)),
  classToken: each<{ readonly token: oracle.Vector }, oracle.Matrix>(({ token }, tokens) => [token, ...tokens]),
  selfAttention: attention(false, root),
  perLayer: attention(true, one),
  perHead: attention(true, ({ temperature }, head) => (temperature as oracle.Vector)[head]!),
  scalePerHead: attention(true, ({ scale }, head) => 1 / scale![head]!),
  fixed: attention(true, root),
  noMask: attention(false, one),
  flatten: each<never, oracle.Matrix>((_, tokens) => tokens.flat()),
  meanPool: each<never, oracle.Matrix>((_, tokens) =>
    tokens[0]!.map((__, i) => oracle.mean(tokens.map((token) => token[i]!))),
  ),
  classPool: each<never, oracle.Matrix>((_, tokens) => tokens[0]),
  serial: each<{ readonly up: Dense; readonly down: Dense }, oracle.Matrix>(({ up, down }, tokens) =>
    oracle.mlp(tokens, [up, down], false),
  ),
  residual: each<{ readonly norm: Norm; readonly inner: Dense }, oracle.Matrix>(({ norm, inner }, tokens) =>
    oracle.add(tokens, projected(normed(tokens, norm), inner)),
  ),
  fanOut: each<{ readonly a: Dense; readonly b: Dense }, oracle.Matrix>(({ a, b }, tokens) =>
    joined(projected(tokens, a), projected(tokens, b)),
  ),
  repeat: each<readonly { readonly norm: Norm; readonly inner: Dense }[], oracle.Matrix>((stages, tokens) =>
    stages.reduce((rows, { norm, inner }) => projected(normed(rows, norm), inner), tokens),
  ),
} as const satisfies Readonly<Record<string, Reference | ((activateLast: boolean) => Reference)>>;
