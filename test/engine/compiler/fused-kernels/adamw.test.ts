/** The purpose of fused kernels: a traced optimizer in one pass over memory. */
import '../../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { sizeOf } from '../../../../src/core/axes.js';
import { drawOnHost } from '../../../../src/core/draws.js';
import { float32, type HostTensor } from '../../../../src/core/host-tensor.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { compileFusedKernel, loadFusedKernel } from '../../../../src/engine/compiler/fused-kernels/index.js';
import { isOp, type Node } from '../../../../src/engine/compiler/graph/node.js';
import { traceGraph } from '../../../../src/engine/compiler/trace/trace.js';
import { type AdamWOptions, adamW, constantSchedule } from '../../../../src/train/index.js';
import { engines, expectSame, through } from '../../engines.js';
import { firstDifference, valuesOf } from './reference.js';

interface Args<X> {
  readonly gradient: { readonly w: X };
  readonly params: { readonly w: X };
  readonly mean: { readonly w: X };
  readonly variance: { readonly w: X };
  readonly step: X;
}

/** One update of a single array; returns the new array and both moments. */
const update = (options: Omit<AdamWOptions, 'schedule'>) => {
  const optimizer = adamW({ schedule: constantSchedule(0.01), ...options });
  return ({ gradient, params, mean, variance, step }: Args<tf.Tensor>) => {
    const { updates, state } = optimizer.update(gradient, { adam: { mean, variance } }, params, step);
    return [tf.add(params.w, updates.w), ...leaves<tf.Tensor>(state.adam)];
  };
};

/** The one-element nodes nearest to the outputs, except constants. */
const scalarsOf = (outputs: readonly Node[]): readonly Node[] => [
  ...new Set(
    outputs.flatMap(function ends(node): readonly Node[] {
      if (isOp(node, 'Splat')) return [];
      return sizeOf(node.shape) === 1 ? [node] : node.inputs.flatMap(ends);
    }),
  ),
];

const LENGTH = 2 * 4096 + 3;
const noise = (seed: number) => drawOnHost(key(seed), { kind: 'normal' }, [LENGTH]);
const squared = (tensor: HostTensor): HostTensor =>
  float32(
    tensor.shape,
    tensor.data.map((z) => z * z * 1e-3),
  );
const args: Args<HostTensor> = {
  gradient: { w: noise(1) },
  params: { w: noise(2) },
  mean: { w: noise(3) },
  variance: { w: squared(noise(4)) },
  step: float32([], [41]),
};

test.each<readonly [string, Omit<AdamWOptions, 'schedule'>]>([
  ['as in PyTorch', { weightDecay: 0.05 }],
  ['as in TensorFlow Addons', { weightDecay: 1e-4, decay: 'independent', epsilonOn: 'raw' }],
  ['with L2', { weightDecay: 0.01, decay: 'l2' }],
])('AdamW %s is one kernel, which updates in place to the results of the eager engine', async (_, options) => {
  const { reference } = await engines();
  const graph = orThrow(traceGraph(update(options) as never, args as never));
  const arrays = graph.inputs.map(({ node }) => node).filter(({ shape }) => sizeOf(shape) > 1);
  const step = graph.inputs.map(({ node }) => node).find(({ shape }) => sizeOf(shape) === 1)!;
  const scalars = scalarsOf(graph.outputs);
  const tensors = leaves<HostTensor>(args).map(({ data, shape }) => tf.tensor(data, [...shape]));
  const given = new Map(graph.inputs.map(({ node }, i) => [node, tensors[i]!]));
  const numbers = valuesOf(scalars, new Map([[step, given.get(step)!]])).map(([value]) => value!);

  const [gradient, params, mean, variance] = leaves<HostTensor>(args).map(({ data }) => Float32Array.from(data)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  loadFusedKernel(compileFusedKernel({ outputs: graph.outputs, arrays, scalars }))(
    [gradient, params, mean, variance],
    numbers,
    [params, mean, variance],
  );

  const updated = [params, mean, variance];
  valuesOf(graph.outputs, given).forEach((expected, i) => {
    expect(firstDifference(updated[i]!, expected)).toBeUndefined();
  });
  // Rewrites of the graph may change the last bits.
  const eager = await through(reference, update(options) as never, args);
  expectSame(
    updated.map((data) => float32([LENGTH], data)),
    eager,
    { relative: 1e-6, absolute: 1e-7 },
  );
});
