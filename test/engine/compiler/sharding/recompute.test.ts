/** Arrays that are computed again instead of kept: the same bits with a lower peak. */
import '../../../support/tfjs.js';
import { expect, test } from 'vitest';
import { drawOnHost } from '../../../../src/core/draws.js';
import { filled, type HostTensor } from '../../../../src/core/host-tensor.js';
import { key } from '../../../../src/core/key.js';
import { orThrow } from '../../../../src/core/or-throw.js';
import { leaves } from '../../../../src/core/tree.js';
import { countOperations } from '../../../../src/engine/compiler/graph/graph.js';
import { lifetimes, peakOf } from '../../../../src/engine/compiler/sharding/lifetimes.js';
import {
  type MicrobatchedShard,
  splitIntoMicrobatches,
} from '../../../../src/engine/compiler/sharding/microbatches.js';
import { recompute } from '../../../../src/engine/compiler/sharding/recompute.js';
import { shardGraph } from '../../../../src/engine/compiler/sharding/shard-graph.js';
import { traceGraph } from '../../../../src/engine/compiler/trace/trace.js';
import { bufferPool } from '../../../../src/engine/onnxruntime/buffer-pool.js';
import { loadRuntime } from '../../../../src/engine/onnxruntime/runtime.js';
import { createProgram } from '../../../../src/engine/onnxruntime/session.js';
import { stepArgs, trainingStep } from '../../training-step.js';

const sizes = { batch: 4, tokens: 6, inputs: 5, width: 8, heads: 2, blocks: 2, classes: 3 };
const args = stepArgs(sizes);
const graph = orThrow(traceGraph(trainingStep(sizes) as never, args as never));
const count = leaves(args).length;
const shard = shardGraph(graph, count, new Set([count - 2, count - 1]), 4)!.shard(4);
const kept = splitIntoMicrobatches(shard, 4, 2);
const again = recompute(kept, 0);
const peak = (each: MicrobatchedShard): number => peakOf(lifetimes(each, each.order)).bytes;

/** The outputs for inputs that are random, the same for all graphs. */
const outputsOf = async (each: MicrobatchedShard): Promise<readonly HostTensor[]> => {
  const inputs = each.inputs.map(({ node: { shape, dtype } }, i): HostTensor => {
    if (dtype === 'int32') return { ...filled(shape, 1), dtype, data: new Int32Array(shape[0] ?? 1).fill(1) };
    const distribution =
      dtype === 'bool' ? ({ kind: 'bernoulli', probability: 0.9 } as const) : ({ kind: 'uniform' } as const);
    return drawOnHost(key(i), distribution, shape);
  });
  const alone = { ...each, inputs: each.inputs.map(({ node }, position) => ({ node, source: argument(position) })) };
  const program = await createProgram(await orThrow(loadRuntime), alone, 1, bufferPool());
  return program(inputs, { key: undefined, donated: new Set(), onOverwrite: () => {} });
};

const argument = (position: number) => ({ kind: 'argument', position }) as const;

test('the results have the same bits', async () => {
  expect(await outputsOf(again)).toEqual(await outputsOf(kept));
});

test('the peak is lower, for a few cheap operations', () => {
  expect(peak(again)).toBeLessThan(0.95 * peak(kept));
  const [before, after] = [countOperations(kept), countOperations(again)];
  for (const costly of ['MatMul', 'Softmax', 'Erf', 'Exp', 'ReduceSum', 'Transpose'])
    expect(after[costly], costly).toBe(before[costly]);
  // The masks of dropout come again from their bits.
  expect(after.Cast).toBeGreaterThan(before.Cast!);
});

test('small arrays are kept', () => {
  expect(countOperations(recompute(kept, 1e6))).toEqual(countOperations(kept));
});
