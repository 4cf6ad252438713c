/**
 * A program divided among the workers. Each worker computes the partial results of its shard of the batch. The engine
 * computes what follows, except the epilogues: those the workers compute in place.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { Program } from '../../compiled/back-end.js';
import { drawWordsAt } from '../../compiled/draw-words.js';
import type { Division } from '../../compiler/divide/divide.js';
import type { Tail } from '../../compiler/divide/tails.js';
import type { Node } from '../../compiler/graph/node.js';
import { isOp } from '../../compiler/graph/node.js';
import { type BufferPool, newData } from '../buffer-pool.js';
import type { Runtime } from '../runtime.js';
import { createProgram } from '../session.js';
import { epilogueKernels } from './epilogue-kernels.js';
import type { KernelCall, PartialResults } from './messages.js';
import { openShards, type Workers } from './open-shards.js';
import { planRemainder } from './remainder.js';
import type { SharedMemory } from './shared-memory.js';

type Data = HostTensor['data'];

/** Compiles a divided graph: a session of one thread on each worker, and one here for what follows. */
export const shardedProgram = async (
  runtime: Runtime,
  workers: Workers,
  division: Division,
  argumentCount: number,
  buffers: BufferPool,
): Promise<Program<HostTensor>> => {
  const { pool, memory } = workers;
  const { joints, rest } = division;
  const plan = planRemainder(division, argumentCount);
  const { epilogues, products, scalars, argumentOf, partialOf, remainder } = plan;
  const { kernels, kernelOf } = epilogueKernels(rest, epilogues, (array) => partialOf(array) !== undefined, pool.count);
  const program = workers.nextProgram();
  const [runRemainder, shards] = await Promise.all([
    createProgram(runtime, remainder, pool.count, buffers),
    openShards(workers, division, program, kernels, plan.partialUses),
  ]);
  const partialNodes = rest.inputs.slice(-joints.length).map(({ node }) => node);

  /** The inputs of a kernel call, by reference. */
  const kernelCall = (
    epilogue: Tail,
    i: number,
    args: readonly HostTensor[],
    values: ReadonlyMap<Node, number>,
    targets: readonly Data[],
  ): KernelCall => ({
    kernel: kernelOf[i]!,
    inputs: epilogue.arrays.map((array) => {
      const [partial, product] = [partialOf(array), products.indexOf(array)];
      if (product >= 0) return { product };
      return partial === undefined ? { shared: memory.referTo(args[argumentOf(array)!]!.data).id } : { partial };
    }),
    scalars: epilogue.scalars.map((scalar) => values.get(scalar)!),
    outputs: targets.map((data) => memory.referTo(data).id),
    ranges: epilogue.arrays.some((array) => isOp(array, 'MatMul'))
      ? []
      : shards.rangesOf(epilogue.arrays.map(partialOf), sizeOf(epilogue.arrays[0]!.shape)),
  });

  const run: Program<HostTensor> = async (args, call) => {
    const references = args.map(({ data }, i) => (shards.arguments.has(i) ? memory.referTo(data) : null));
    const draws = shards.draws.map(({ way }) => drawWordsAt(call.key, way));
    const partials = await pool.request(shards.images.map(() => ({ kind: 'run', program, args: references, draws })));
    const combined = partialNodes.map(({ shape, dtype }, i): HostTensor => {
      const data = combine(
        joints[i]!,
        partialNodes[i]!,
        partials.map((each) => each[i] ?? null),
      );
      return { shape, dtype, data };
    });
    const computed = await runRemainder([...args, ...combined], call);
    const outputs = computed.slice(0, computed.length - scalars.length);
    const values = new Map(scalars.map((node, i) => [node, computed[outputs.length + i]!.data[0]!]));
    const targets = epilogues.map((epilogue) => targetsOf(epilogue, args, call.donated, argumentOf, memory));
    const calls = epilogues.map((epilogue, i) => kernelCall(epilogue, i, args, values, targets[i]!));
    if (calls.length > 0) {
      call.onOverwrite();
      await pool.request(shards.images.map(() => ({ kind: 'update', program, calls })));
    }
    const byPosition = new Map<number, HostTensor>(plan.others.map((position, i) => [position, outputs[i]!]));
    epilogues.forEach((epilogue, i) => {
      epilogue.outputs.forEach((position, j) => {
        const { shape } = rest.outputs[position]!;
        byPosition.set(position, { dtype: 'float32', shape, data: targets[i]![j]! });
      });
    });
    return rest.outputs.map((_, position) => byPosition.get(position)!);
  };
  unreachable.register(run, () => pool.notify({ kind: 'close', program }));
  return run;
};

// Workers close a program that can no longer be called.
const unreachable = new FinalizationRegistry<() => void>((close) => close());

// Outputs of epilogues go where donated inputs were. A chunk is read before it is written, so any of them will do.
const targetsOf = (
  { arrays, outputs }: Tail,
  args: readonly HostTensor[],
  donated: ReadonlySet<number>,
  argumentOf: (node: Node) => number | undefined,
  memory: SharedMemory,
): readonly Data[] => {
  const free = arrays.flatMap((array) => argumentOf(array) ?? []).filter((position) => donated.has(position));
  return outputs.map((_, i) => {
    const over = free[i];
    return memory.make('float32', sizeOf(arrays[0]!.shape), over === undefined ? undefined : args[over]!.data);
  });
};

// The partial results of all workers: summed, or concatenated along an axis; empty if workers did not return them.
const combine = (how: number | 'sum', { shape, dtype }: Node, results: PartialResults): Data => {
  const partials = results.flatMap((data) => (data === null ? [] : [data]));
  if (partials.length === 0) return newData(dtype, 0);
  const whole = newData(dtype, sizeOf(shape));
  if (how === 'sum') {
    for (const partial of partials) for (let i = 0; i < partial.length; i++) whole[i]! += partial[i]!;
    return whole;
  }
  const rows = sizeOf(shape.slice(0, how));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const partial of partials) {
      const length = partial.length / rows;
      whole.set(partial.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return whole;
};
