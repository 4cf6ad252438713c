import type * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { type Shape, sizeOf, type Tensor } from '../../../src/core/axes.js';
import { countParameters, initialize } from '../../../src/core/declaration.js';
import type { ShapeError } from '../../../src/core/errors.js';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { key } from '../../../src/core/key.js';
import type { AnyLayer } from '../../../src/core/layer.js';
import type { EngineError } from '../../../src/engine/engine.js';
import * as layers from '../../../src/layers/index.js';
import { predictionStep } from '../../../src/train/index.js';
import { noise } from '../../core/harness.js';
import { onEngines } from '../on-engines.js';
import { type Row, row } from '../row.js';

interface Applied {
  readonly declared: Shape;
  readonly given: readonly number[];
  readonly results: readonly HostTensor[];
}

const MOST = 1e5;

/** Declares a layer for a shape, then applies it to an input of perhaps another size, on every engine. */
const applied = async (
  layer: AnyLayer,
  axes: readonly string[],
  declared: readonly number[],
  given: readonly number[],
): Promise<E.Either<ShapeError | EngineError, Applied>> => {
  const declaration = layer.init({ axes, sizes: declared });
  if (E.isLeft(declaration)) return declaration;
  const { params, output } = declaration.right;
  const isLarge = countParameters({ params }) + sizeOf(output.sizes) + sizeOf(given) > MOST;
  // A declaration makes no tensor, so that it may be as large as anybody likes.
  if (isLarge) return E.right({ declared: output, given, results: [] });
  const hosts = { params: initialize(key(1))(params as unknown), input: noise(2, given) };
  const results = await onEngines(predictionStep<unknown, Tensor, Tensor>(layer), hosts);
  return E.map((tensors: readonly HostTensor[]): Applied => ({ declared: output, given, results: tensors }))(results);
};

/** The output has the shape that is declared for this input, and the parameters are those of the input's declaration. */
const isAsDeclared = (layer: AnyLayer, axes: readonly string[], { given, results }: Applied): boolean => {
  const [result] = results;
  // Without an element no number can be wrong; the engines agreed on the shape.
  if (result === undefined || sizeOf(given) === 0) return true;
  const extra = Array.from({ length: given.length - axes.length }, (_, i) => `extra ${i}`);
  const own = layer.init({ axes: [...axes.slice(0, 1), ...extra, ...axes.slice(1)], sizes: given });
  return E.isRight(own) && String(own.right.output.sizes) === String(result.shape);
};

const tokens = { axes: ['batch', 'token', 'feature'], sizes: [2, 5, 6] };
const vectors = { axes: ['batch', 'feature'], sizes: [3, 6] };
const images = { axes: ['batch', 'row', 'column', 'channel'], sizes: [2, 8, 8, 2] };

const layerRow = <A extends readonly [] | readonly unknown[]>(
  name: string,
  make: (...options: A) => AnyLayer,
  options: A,
  { axes, sizes }: typeof tokens,
  fixed?: RegExp,
): Row =>
  row(
    `layers/${name}`,
    [options, sizes, sizes] as const,
    (given, declared, input) => applied(make(...(given as A)), axes, declared, input),
    (result, given) => isAsDeclared(make(...(given as A)), axes, result as Applied),
    // The number of options is for the type checker.
    { fixed: new RegExp(`^0$|${fixed?.source ?? '^$'}`) },
  );

const heads = { heads: 2, headDim: 3, dropRate: 0.2 };
const q = noise(1, [2, 2, 3, 4]);

export const layerRows = [
  layerRow('linear', (units, options) => layers.linear(units, options), [4, { bias: true }], tokens),
  layerRow('classifier', (classes) => layers.classifier(classes), [4], vectors),
  layerRow('layerNorm', (options) => layers.layerNorm(options), [{ epsilon: 1e-3 }], tokens),
  layerRow('batchNorm', (options) => layers.batchNorm(options), [{ momentum: 0.2, epsilon: 1e-3 }], tokens),
  layerRow('dropout', (rate) => layers.dropout(rate), [0.25], tokens),
  layerRow('dropPath', (rate) => layers.dropPath(rate), [0.25], tokens),
  layerRow(
    'mlp',
    (units, options) => layers.mlp(units, options),
    [[7, 6], { dropRate: 0.1, activateLast: true }],
    tokens,
  ),
  layerRow('conv', (units, options) => layers.conv(units, options), [3, { size: 3, stride: 2, padding: 1 }], images),
  layerRow('depthwiseConv', (options) => layers.depthwiseConv(options), [{ size: 3, stride: 2, padding: 1 }], images),
  layerRow('maxPool', (options) => layers.maxPool(options), [{ size: 3, stride: 2, padding: 1 }], images),
  layerRow('averagePool', (options) => layers.averagePool(options), [{ size: 3, stride: 2, padding: 1 }], images),
  layerRow(
    'convTokens',
    (options) => layers.convTokens(options),
    [{ dim: 4, layers: 2, hidden: 3, size: 3, stride: 1 }],
    images,
  ),
  layerRow(
    'resize',
    (options) => layers.resize(options),
    [{ height: 5, width: 12, method: 'nearest' as const }],
    images,
    /method/,
  ),
  layerRow('tokensToImages', (rows) => layers.tokensToImages(rows), [5], tokens),
  layerRow('gatherTokens', (positions) => layers.gatherTokens(positions), [[3, 0, 3]], tokens),
  layerRow('rollTokens', (by) => layers.rollTokens(by), [-7], tokens),
  layerRow('layerScale', (initial) => layers.layerScale(initial), [0.1], tokens),
  layerRow('sequencePool', () => layers.sequencePool(), [], tokens),
  layerRow('patches', (size) => layers.patches(size), [4], images),
  layerRow('patchTokens', (options) => layers.patchTokens(options), [{ patch: 4, dim: 5 }], images),
  layerRow('classToken', () => layers.classToken(), [], tokens),
  layerRow('positionEmbedding', () => layers.positionEmbedding(), [], tokens),
  layerRow('selfAttention', (options) => layers.selfAttention(options), [{ ...heads, bias: true }], tokens),
  layerRow(
    'localityAttention',
    (options) => layers.localityAttention(options),
    [{ ...heads, bias: true, maskDiagonal: true, temperature: 'temperature-per-head' as const }],
    tokens,
    /temperature/,
  ),
  layerRow(
    'shiftedPatchTokens',
    (options) => layers.shiftedPatchTokens(options),
    [{ patch: 4, dim: 5, directions: 'all' as const, order: 'keras' as const, ratio: 0.5 }],
    images,
    /directions|order/,
  ),
  layerRow('shiftedViews', (pixels) => layers.shiftedViews(layers.shifts('all', 'official'), pixels), [2], images),
  row('layers/shifts', ['all', 'keras'] as const, layers.shifts, (shifts) => shifts.length === 8, { fixed: /./ }),
  row(
    'layers/shiftImages',
    [2, -1],
    (down, right) =>
      onEngines(({ x }: { readonly x: Tensor }) => layers.shiftImages(x as never, down, right), {
        x: noise(1, [2, 4, 4, 1]),
      }),
    ([result], down, right) => {
      const { data } = noise(1, [2, 4, 4, 1]);
      const [rows, columns] = [down, right].map((by) => Math.trunc(by));
      return (
        rows === down &&
        columns === right &&
        (result?.data ?? []).every((value, i) => {
          const [row0, column0] = [(Math.floor(i / 4) % 4) - down, (i % 4) - right];
          const inside = row0 >= 0 && row0 < 4 && column0 >= 0 && column0 < 4;
          return value === (inside ? data[i - 4 * down - right] : 0);
        })
      );
    },
  ),
  row(
    'layers/attentionWeights',
    [q, q, true],
    (queries, keys, maskDiagonal) =>
      onEngines(
        ({ a, b }: { readonly a: tf.Tensor; readonly b: tf.Tensor }) => layers.attentionWeights(a, b, maskDiagonal),
        {
          a: queries,
          b: keys,
        },
      ),
    // Rows are distributions, of the queries over the keys.
    ([result], queries, keys) => {
      const [, , count = 0] = keys.shape;
      const data = [...(result?.data ?? [])];
      const sums = data.map((_, i) => data.slice(i - (i % count), i - (i % count) + count).reduce((a, b) => a + b, 0));
      return (
        String(result?.shape) === String([...queries.shape.slice(0, 3), count]) &&
        sums.every((sum) => Number.isNaN(sum) || Math.abs(sum - 1) < 1e-5)
      );
    },
  ),
  row(
    'layers/attend',
    [q, q, q, true],
    (queries, keys, values, maskDiagonal) =>
      onEngines(
        ({ a, b, c }: { readonly a: tf.Tensor; readonly b: tf.Tensor; readonly c: tf.Tensor }) =>
          layers.attend(a, b, c, { maskDiagonal }),
        { a: queries, b: keys, c: values },
      ),
    ([result], queries, _, values) =>
      String(result?.shape) === String([queries.shape[0], queries.shape[2], queries.shape[1], values.shape[3]]),
  ),
];
