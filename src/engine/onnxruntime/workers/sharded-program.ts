/**
 * A program that is sharded among workers. Each worker computes partial results from its images. The engine's own thread
 * computes what follows from them, except the epilogues, which the workers compute in place.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { Program } from '../../compiled/back-end.js';
import { drawWordsAt } from '../../compiled/draw-words.js';
import { elementAt, valueFor } from '../../compiler/graph/lookup.js';
import { isOp, type Node } from '../../compiler/graph/node.js';
import type { Epilogue } from '../../compiler/sharding/epilogues.js';
import type { BufferPool } from '../buffer-pool.js';
import type { Runtime } from '../runtime.js';
import { createProgram } from '../session.js';
import { combine } from './combine.js';
import { epilogueKernels } from './epilogue-kernels.js';
import type { KernelCall, KernelInput, Request } from './messages.js';
import { openShards, type RoundedGraph, type Workers } from './open-shards.js';
import { type SplitRemainder, splitRemainder } from './split-remainder.js';

type Data = HostTensor['data'];

/** Compiles a sharded graph: sessions of one thread on each worker, and a session for the main graph here. */
export const shardedProgram = async (
  runtime: Runtime,
  workers: Workers,
  sharded: RoundedGraph,
  argumentCount: number,
  buffers: BufferPool,
): Promise<Program<HostTensor>> => {
  const { pool } = workers;
  const { combinations, remainder } = sharded;
  const split = splitRemainder(sharded, argumentCount);
  const { epilogues, mainGraph, others, scalars, partialOf } = split;
  const { kernels, kernelOf } = epilogueKernels(
    remainder,
    epilogues,
    (array) => partialOf(array) !== undefined,
    pool.count,
  );
  const program = workers.nextProgram();
  const main = createProgram(runtime, mainGraph, pool.count, buffers);
  const opening = openShards(runtime, workers, sharded, program, kernels, split.partialUses);
  // No function that is kept may refer to `run`, or it would stay reachable.
  const close = (): void => pool.notify({ kind: 'close', program });
  const [runMainGraph, shards] = await Promise.all([main, opening]).catch(async (reason) => {
    // Both have ended before the next call begins, and nothing stays open.
    const [made] = await Promise.allSettled([main, opening]);
    if (made.status === 'fulfilled') await made.value.close?.();
    close();
    throw reason;
  });
  const toAll = (request: Request): readonly Request[] => Array.from({ length: pool.count }, () => request);
  const partialNodes = remainder.inputs.slice(-combinations.length).map(({ node }) => node);

  const run: Program<HostTensor> = async (args, call) => {
    const references = args.map(({ data }, i) => (shards.arguments.has(i) ? workers.memory.referTo(data) : null));
    const draws = shards.draws.map(({ path }) => drawWordsAt(call.key, path));
    const partials = await pool.request(toAll({ kind: 'run', program, args: references, draws }));
    const combined = partialNodes.map((node, i) =>
      combine(
        elementAt(combinations, i),
        node,
        partials.flatMap((ofWorker) => elementAt(ofWorker, i)),
      ),
    );
    const computed = await runMainGraph([...args, ...combined], call);
    const outputs = new Map(others.map((position, i) => [position, elementAt(computed, i)]));
    const values = new Map(
      scalars.map((node, i) => [node, elementAt(computed, others.length + i).data[0] ?? Number.NaN]),
    );
    const calls = epilogues.map((epilogue, i): KernelCall => {
      const targets = targetsOf(epilogue, args, call.donated, split, workers);
      for (const [j, position] of epilogue.outputs.entries()) {
        const { shape } = elementAt(remainder.outputs, position);
        outputs.set(position, { dtype: 'float32', shape, data: elementAt(targets, j) });
      }
      const length = sizeOf(elementAt(epilogue.arrays, 0).shape);
      return {
        kernel: elementAt(kernelOf, i),
        inputs: epilogue.arrays.map((array) => kernelInput(array, args, split, workers)),
        scalars: epilogue.scalars.map((scalar) => valueFor(values, scalar)),
        outputs: targets.map((data) => workers.memory.referTo(data).id),
        ranges: epilogue.arrays.some((array) => isOp(array, 'MatMul'))
          ? []
          : shards.rangesOf(epilogue.arrays.map(partialOf), length),
      };
    });
    if (calls.length > 0) {
      call.onOverwrite();
      await pool.request(toAll({ kind: 'update', program, calls }));
    }
    return remainder.outputs.map((_, position) => valueFor(outputs, position));
  };
  unreachable.register(run, close, close);
  return Object.assign(run, {
    close: async () => {
      unreachable.unregister(close);
      close();
      await runMainGraph.close?.();
    },
  });
};

// Workers close a program that can no longer be called.
const unreachable = new FinalizationRegistry<() => void>((close) => close());

const kernelInput = (
  array: Node,
  args: readonly HostTensor[],
  { products, argumentOf, partialOf }: SplitRemainder,
  { memory }: Workers,
): KernelInput => {
  const [product, partial, argument] = [products.indexOf(array), partialOf(array), argumentOf(array)];
  if (product >= 0) return { product };
  return partial === undefined ? { shared: memory.referTo(elementAt(args, argument ?? -1).data).id } : { partial };
};

// Outputs of epilogues go where donated inputs were. A chunk is read before it is written, so any of them will do.
const targetsOf = (
  { arrays, outputs }: Epilogue,
  args: readonly HostTensor[],
  donated: ReadonlySet<number>,
  { argumentOf }: SplitRemainder,
  { memory }: Workers,
): readonly Data[] => {
  const free = arrays.flatMap((array) => argumentOf(array) ?? []).filter((position) => donated.has(position));
  const length = sizeOf(elementAt(arrays, 0).shape);
  return outputs.map((_, i) => {
    const position = free[i];
    return memory.make('float32', length, position === undefined ? undefined : elementAt(args, position).data);
  });
};
