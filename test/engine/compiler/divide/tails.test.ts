/** The tails of a training step are its optimizer, and few kernels do it. */
import '../../../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { initialize } from '../../../../src/core/declaration.js';
import { drawOnHost } from '../../../../src/core/draws.js';
import { int32 } from '../../../../src/core/host-tensor.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { divide } from '../../../../src/engine/compiler/divide/divide.js';
import { tailsOf } from '../../../../src/engine/compiler/divide/tails.js';
import { countOperations, flops } from '../../../../src/engine/compiler/graph/graph.js';
import { isOp, type Node } from '../../../../src/engine/compiler/graph/node.js';
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

// Every input is there; what is a sum is no matter here.
const beginningOf = (node: Node) => (isOp(node, 'Input') ? 'argument' : undefined);

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
  return { graph, count, division: divide(graph, count, new Set([count - 2, count - 1]), 4)! };
};

describe('AdamW', () => {
  const { graph, count, division } = stepOf();

  test('all products are in the parts', () => {
    expect(flops(division.rest)).toBe(0);
    expect(flops(division.part(4))).toBe(flops(graph));
    expect(2 * flops(division.part(2))).toBe(flops(graph));
  });

  test('parameter, mean and variance are made in one pass, from the gradient and themselves', () => {
    const { tails, others } = tailsOf(division.rest, beginningOf);
    const arrays = parameters.filter(({ shape }) => shape.reduce((a, b) => a * b, 1) > 1);
    expect(tails).toHaveLength(arrays.length);
    expect(tails.every((tail) => tail.outputs.length === 3 && tail.arrays.length === 4)).toBe(true);
    // Temperatures, the count of steps and four metrics.
    expect(others).toHaveLength(3 * (parameters.length - arrays.length) + 5);
  });

  test('few kernels serve all parameters, and add what the threads made of a gradient', () => {
    const { tails } = tailsOf(division.rest, beginningOf);
    const position = new Map(division.rest.inputs.map(({ node, source }) => [node, source]));
    const isSum = (node: (typeof division.rest.inputs)[number]['node']): boolean => {
      const source = position.get(node)!;
      return source.kind === 'argument' && source.position >= count;
    };
    const { kernels, kernelOf } = epilogueKernels(division.rest, tails, isSum, 2);
    expect(kernelOf).toHaveLength(tails.length);
    expect(kernels.length).toBeGreaterThanOrEqual(2);
    expect(kernels.length).toBeLessThan(tails.length / 4);
    expect(kernels.every((kernel) => kernel.arrays === 5 && kernel.outputs === 3)).toBe(true);
  });
});

test('clipping by the global norm leaves the norm to the runtime and the rest to the kernels', () => {
  const { division } = stepOf(1);
  const { tails, others } = tailsOf(division.rest, beginningOf);
  expect(tails.every((tail) => tail.outputs.length === 3)).toBe(true);
  expect(tails.length).toBeGreaterThan(20);
  const scalars = [...new Set(tails.flatMap((tail) => tail.scalars))];
  const aside = {
    inputs: division.rest.inputs,
    outputs: [...others.map((i) => division.rest.outputs[i]!), ...scalars],
  };
  expect(countOperations(aside).ReduceSum).toBeGreaterThan(20);
});
