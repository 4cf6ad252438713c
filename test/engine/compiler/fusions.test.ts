/** Which operations become one operator, from the runtime's profile. rewrites.test.ts checks that they compute the same. */
import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { drawOnHost } from '../../../src/core/draws.js';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { traceGraph } from '../../../src/engine/compiler/trace/trace.js';
import { channelBlock } from '../../../src/engine/onnxruntime/channel-block.js';
import { emit } from '../../../src/engine/onnxruntime/emit.js';
import { loadRuntime } from '../../../src/engine/onnxruntime/runtime.js';
import { engines, expectSame, through } from '../engines.js';
import { recordedOperators } from './recorded.js';

const { reference, compiled } = await engines();

type Args = { readonly x: tf.Tensor2D; readonly w: tf.Tensor2D };
const args = {
  x: drawOnHost(key(1), { kind: 'normal' }, [4, 6]),
  w: drawOnHost(key(2), { kind: 'normal' }, [6, 6]),
};

const cases: readonly (readonly [string, (args: Args) => tf.Tensor | readonly tf.Tensor[], readonly string[]])[] = [
  ['a mean', ({ x }) => tf.mean(x, 1, true), ['ReduceMean']],
  ['a mean whose sum has another use', ({ x }) => [tf.mean(x, 1, true), tf.sum(x, 1, true)], ['ReduceSum', 'Mul']],
  ['a sum that is multiplied by another number', ({ x }) => tf.mul(tf.sum(x, 1, true), 0.5), ['ReduceSum', 'Mul']],
  ['a sum without its axis', ({ x }) => tf.sum(x, 0), ['ReduceSum']],
  ['a sum in another shape', ({ x }) => tf.reshape(tf.sum(x, 0), [2, 3]), ['ReduceSum', 'Reshape']],
  ['a product and a bias', ({ x, w }) => tf.add(tf.matMul(x, w), tf.slice(w, 0, 1)), ['Slice', 'Gemm']],
  ['the sum of two products', ({ x, w }) => tf.add(tf.matMul(x, w), tf.matMul(tf.abs(x), w)), ['Gemm', 'Abs', 'Gemm']],
  ['a product that has another use', ({ x, w }) => [tf.matMul(x, w), tf.add(tf.matMul(x, w), x)], ['Gemm', 'Add']],
  ['one output twice', ({ x }) => [tf.exp(x), tf.exp(x)], ['Exp', 'Identity']],
  ['an argument as an output', ({ x }) => [x, tf.exp(x)], ['Exp', 'Identity']],
];

test.each(cases)('%s', async (_, f, expected) => {
  const graph = orThrow(traceGraph(f as never, args as never));
  expect([...(await recordedOperators(graph, [args.x, args.w]))].sort()).toEqual([...expected].sort());
  expectSame(await through(compiled, f as never, args), await through(reference, f as never, args), {
    relative: 1e-5,
    absolute: 1e-6,
  });
});

const block = await channelBlock(await orThrow(loadRuntime));

test('the channels of a block, as the runtime has them on this processor', () => {
  expect([undefined, 8, 16]).toContain(block);
});

describe.skipIf(block === undefined)('convolutions in blocks', () => {
  const blocks = ['ReorderInput', 'Conv', 'ReorderOutput'];
  const weights = ['Reshape', 'Transpose', 'Reshape'];
  const images = drawOnHost(key(3), { kind: 'normal' }, [2, 5, 6, 32]);
  const filter = drawOnHost(key(4), { kind: 'normal' }, [3, 3, 32, 32]);
  const depthwise = drawOnHost(key(5), { kind: 'normal' }, [3, 3, 32, 1]);
  type Args = { readonly x: tf.Tensor4D; readonly w: tf.Tensor4D };
  const f = ({ x, w }: Args): tf.Tensor4D => tf.conv2d(x, w, 1, 'same');
  const channelwise = ({ x, w }: Args): tf.Tensor4D => tf.depthwiseConv2d(x, w, 1, 'same');
  const cases: readonly (readonly [string, (args: Args) => tf.Tensor | tf.Tensor[], HostTensor, readonly string[]])[] =
    [
      ['one convolution', f, filter, [...blocks, ...weights]],
      [
        'two with the same weights',
        ({ x, w }) => f({ x: tf.relu(f({ x, w })), w }),
        filter,
        [...blocks, 'Relu', ...blocks, ...weights],
      ],
      [
        'a result with channels first, too',
        ({ x, w }) => [f({ x, w }), tf.transpose(f({ x, w }), [0, 3, 1, 2])],
        filter,
        [...blocks, 'Transpose', ...weights],
      ],
      [
        'a convolution of each channel',
        channelwise,
        depthwise,
        [...blocks, 'Transpose', 'Reshape', 'ReorderInput', 'Reshape'],
      ],
      [
        'the gradient of its weights',
        ({ x, w }) => tf.grad((v) => tf.sum(channelwise({ x, w: v as tf.Tensor4D })))(w),
        depthwise,
        [],
      ],
    ];
  test.each(cases)('%s', async (_, g, w, expected) => {
    const graph = orThrow(traceGraph(g as never, { x: images, w } as never));
    const operators = await recordedOperators(graph, [images, w], [], block);
    if (expected.length > 0) expect([...operators].sort()).toEqual([...expected].sort());
    const given = { x: images, w };
    expectSame(await through(compiled, g as never, given), await through(reference, g as never, given), {
      relative: 1e-4,
      absolute: 1e-4,
    });
  });

  test('few channels have no blocks to fill', async () => {
    const graph = orThrow(traceGraph(f as never, { x: images, w: { ...filter, shape: [3, 3, 32, 12] } } as never));
    expect(new TextDecoder().decode(emit(graph, [], block).bytes)).not.toContain('ReorderInput');
  });
});
