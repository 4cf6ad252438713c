/** The epilogues of a training step are its optimizer, and few fused kernels compute them. */
import '../../../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { initialize } from '../../../../src/core/declaration.js';
import { drawOnHost } from '../../../../src/core/draws.js';
import { int32 } from '../../../../src/core/host-tensor.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { countOperations, flops } from '../../../../src/engine/compiler/graph/graph.js';
import { isOp, type Node } from '../../../../src/engine/compiler/graph/node.js';
import { findEpilogues } from '../../../../src/engine/compiler/sharding/epilogues.js';
import { shardGraph } from '../../../../src/engine/compiler/sharding/shard-graph.js';
import { traceGraph } from '../../../../src/engine/compiler/trace/trace.js';
import { epilogueKernels } from '../../../../src/engine/onnxruntime/workers/epilogue-kernels.js';
import { kerasModels } from '../../../../src/models/vit/presets.js';
import { declareVit, vit } from '../../../../src/models/vit/vit.js';
import { adamW } from '../../../../src/train/optimizer/adamw.js';
import { constantSchedule } from '../../../../src/train/schedule.js';
import { declareState, trainStep } from '../../../../src/train/step.js';

const config = {
  ...kerasModels.sl,
  image: { height: 12, width: 12, channels: 3 },
  classes: 5,
  patch: 4,
  dim: 8,
  depth: 2,
  heads: 2,
  headDim: 6,
  mlp: { units: [16, 8], activateLast: true },
  head: [12],
};
const parameters = leaves<{ readonly shape: readonly number[] }>(orThrow(declareVit(config)).params);

// Every input is available; whether it is a sum does not matter here.
const sourceOf = (node: Node) => (isOp(node, 'Input') ? 'argument' : undefined);

const stepOf = (clip?: number) => {
  const optimizer = adamW({
    schedule: constantSchedule(1e-3),
    weightDecay: 0.05,
    decayMask: (path) => path.at(-1) === 'weight',
    ...(clip === undefined ? {} : { clip }),
  });
  const hosts = {
    state: initialize(key(1))(declareState(orThrow(declareVit(config)), optimizer)),
    batch: {
      images: drawOnHost(key(2), { kind: 'normal' }, [4, 12, 12, 3]),
      labels: int32([4], [0, 1, 2, 3]),
    },
  };
  const count = leaves(hosts).length;
  const graph = orThrow(traceGraph(trainStep(vit(config), optimizer) as never, hosts as never));
  return { graph, count, sharded: shardGraph(graph, count, new Set([count - 2, count - 1]), 4)! };
};

describe('AdamW', () => {
  const { graph, count, sharded } = stepOf();

  test('the shards have all products', () => {
    expect(flops(sharded.remainder)).toBe(0);
    expect(flops(sharded.shard(4))).toBe(flops(graph));
    expect(2 * flops(sharded.shard(2))).toBe(flops(graph));
  });

  test('one pass computes parameter, mean and variance from the gradient and their old values', () => {
    const { epilogues, others } = findEpilogues(sharded.remainder, sourceOf);
    const arrays = parameters.filter(({ shape }) => shape.reduce((a, b) => a * b, 1) > 1);
    expect(epilogues).toHaveLength(arrays.length);
    expect(epilogues.every((epilogue) => epilogue.outputs.length === 3 && epilogue.arrays.length === 4)).toBe(true);
    // Temperatures, the step count and four metrics.
    expect(others).toHaveLength(3 * (parameters.length - arrays.length) + 5);
  });

  test('few kernels serve all parameters, and add the partial sums of a gradient', () => {
    const { epilogues } = findEpilogues(sharded.remainder, sourceOf);
    const position = new Map(sharded.remainder.inputs.map(({ node, source }) => [node, source]));
    const isSum = (node: (typeof sharded.remainder.inputs)[number]['node']): boolean => {
      const source = position.get(node)!;
      return source.kind === 'argument' && source.position >= count;
    };
    const { kernels, kernelOf } = epilogueKernels(sharded.remainder, epilogues, isSum, 2);
    expect(kernelOf).toHaveLength(epilogues.length);
    expect(kernels.length).toBeGreaterThanOrEqual(2);
    expect(kernels.length).toBeLessThan(epilogues.length / 4);
    expect(kernels.every((kernel) => kernel.arrays === 5 && kernel.outputs === 3)).toBe(true);
  });
});

test('with clipping by the global norm, the runtime computes the norm and the kernels the updates', () => {
  const { sharded } = stepOf(1);
  const { epilogues, others } = findEpilogues(sharded.remainder, sourceOf);
  expect(epilogues.every((epilogue) => epilogue.outputs.length === 3)).toBe(true);
  expect(epilogues.length).toBeGreaterThan(20);
  const scalars = [...new Set(epilogues.flatMap((epilogue) => epilogue.scalars))];
  const mainGraph = {
    inputs: sharded.remainder.inputs,
    outputs: [...others.map((i) => sharded.remainder.outputs[i]!), ...scalars],
  };
  expect(countOperations(mainGraph).ReduceSum).toBeGreaterThan(20);
});
