/** Networks with convolutions, divided along the batch and whole, against eager tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { drawOnHost } from '../../src/core/draws.js';
import { float32, type HostTensor } from '../../src/core/host-tensor.js';
import { fold, key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { flops } from '../../src/engine/compiler/graph/graph.js';
import { shardGraph } from '../../src/engine/compiler/sharding/shard-graph.js';
import { traceGraph } from '../../src/engine/compiler/trace/trace.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { engines, expectSame, right, through } from './engines.js';

const { reference, compiled } = await engines();
const divided = await right(jit({ threads: 2, dividedFrom: 0 }));

type Images = tf.Tensor4D;
interface Args {
  readonly x: Images;
  readonly params: { readonly first: Images; readonly depthwise: Images; readonly last: tf.Tensor2D };
}

const normal = (seed: number, shape: readonly number[], scale: number): HostTensor =>
  float32(
    shape,
    drawOnHost(fold(key(3), seed), { kind: 'normal' }, shape).data.map((value) => value * scale),
  );

const args = {
  x: normal(0, [6, 12, 12, 3], 1),
  params: {
    first: normal(1, [3, 3, 3, 8], 0.3),
    depthwise: normal(2, [3, 3, 8, 1], 0.3),
    last: normal(3, [8, 5], 0.3),
  },
};

type Body = (x: Images, params: Args['params']) => Images;

const bodies: readonly (readonly [string, Body])[] = [
  ['strides', (x, { first }) => tf.conv2d(x, first, 2, 'same')],
  ['explicit padding', (x, { first }) => tf.conv2d(x, first, 1, 2)],
  ['dilation', (x, { first }) => tf.conv2d(x, first, 1, 'same', 'NHWC', 2)],
  ['maximum pooling', (x, { first }) => tf.maxPool(tf.relu(tf.conv2d(x, first, 1, 'same')), 3, 2, 'same')],
  ['average pooling', (x, { first }) => tf.avgPool(tf.conv2d(x, first, 1, 'same'), 3, 2, 'same')],
  [
    'a depthwise convolution',
    (x, { first, depthwise }) => tf.depthwiseConv2d(tf.conv2d(x, first, 2, 'same'), depthwise, 1, 'same'),
  ],
  [
    'a transposed convolution',
    (x, { first }) => tf.conv2dTranspose(tf.conv2d(x, first, 2, 'same'), first, [6, 12, 12, 3], 2, 'same'),
  ],
  ['bilinear resizing', (x, { first }) => tf.conv2d(tf.image.resizeBilinear(x, [7, 9]), first, 1, 'valid')],
  [
    'resizing to the nearest',
    (x, { first }) => tf.image.resizeNearestNeighbor(tf.conv2d(x, first, 2, 'valid'), [9, 7]),
  ],
];

const stepOf =
  (body: Body) =>
  ({ x, params }: Args) =>
    valueAndGrad((given: Args['params']) => {
      const y = body(x, given);
      const features = tf.tanh(tf.mean(y, [1, 2]));
      const scores =
        y.shape[3] === 8 ? tf.matMul(features as tf.Tensor2D, given.last) : tf.mul(features, tf.mean(given.last));
      const unused = tf.mul(0, tf.add(tf.sum(given.first), tf.add(tf.sum(given.depthwise), tf.sum(given.last))));
      return { loss: tf.add(tf.sum(tf.square(scores)), unused) as tf.Scalar, aux: {} };
    })(params);

test.each(bodies)('%s, whole and divided', async (_, body) => {
  const f = stepOf(body);
  const expected = await through(reference, f, args);
  const tolerance = { relative: 1e-4, absolute: 1e-4 };
  expectSame(await through(compiled, f, args), expected, tolerance);
  expectSame(await through(divided, f, args), expected, tolerance);
});

test.each(bodies)('%s: is divided along the batch', (_, body) => {
  const graph = orThrow(traceGraph(stepOf(body) as never, args as never));
  expect(shardGraph(graph, 4, new Set([0]), 6)).toBeDefined();
});

test('statistics of the batch are those of all images', async () => {
  const f = stepOf((x, { first }) => {
    const y = tf.conv2d(x, first, 1, 'same');
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const [offset, scale] = [tf.zeros<tf.Rank.R1>([8]), tf.ones<tf.Rank.R1>([8])];
    return tf.relu(tf.batchNorm4d(y, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale));
  });
  const expected = await through(reference, f, args);
  expectSame(await through(divided, f, args), expected, { relative: 1e-3, absolute: 1e-4 });
});

test('multiply-accumulates of convolutions are counted', () => {
  const of = (f: (given: Args) => tf.Tensor): number => flops(orThrow(traceGraph(f as never, args as never)));
  expect(of(({ x, params }) => tf.conv2d(x, params.first, 2, 'same'))).toBe(2 * 6 * 6 * 6 * 8 * 27);
  expect(of(({ x, params }) => tf.grad((w) => tf.sum(tf.conv2d(x, w as Images, 2, 'same')))(params.first))).toBe(
    2 * 6 * 6 * 6 * 8 * 27,
  );
  const image = (x: tf.Tensor): Images => tf.tile(tf.mean(x, 3, true), [1, 1, 1, 8]) as Images;
  expect(of(({ x, params }) => tf.depthwiseConv2d(image(x), params.depthwise, 1, 'same'))).toBe(2 * 6 * 144 * 8 * 9);
});
