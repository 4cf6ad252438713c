import type { HostTensor } from '../../core/host-tensor.js';
import { leaves } from '../../core/tree.js';
import type { Program, TracedCall } from '../compiled/back-end.js';
import { flops } from '../compiler/graph/graph.js';
import { batchArguments } from '../compiler/sharding/batch-arguments.js';
import { type ShardedGraph, shardGraph } from '../compiler/sharding/shard-graph.js';
import type { BufferPool } from './buffer-pool.js';
import type { Runtime } from './runtime.js';
import { createProgram } from './session.js';

/** Compiles a traced function; large outputs are written into buffers of the pool. */
export type ProgramCompiler = (traced: TracedCall, buffers: BufferPool) => Promise<Program<HostTensor>>;

/**
 * Large calls are sharded along the batch among worker threads, which start with the first call that can be sharded. All
 * other calls run in one session.
 */
export const programCompiler = (runtime: Runtime, threads: number, dividedFrom: number): ProgramCompiler => {
  let workers: ReturnType<typeof startWorkers> | undefined;
  return async (traced, buffers) => {
    const sharded = flops(traced.graph) < dividedFrom ? undefined : shardedGraphOf(traced, threads);
    if (sharded === undefined) return createProgram(runtime, traced.graph, threads, buffers);
    workers ??= startWorkers(threads);
    const { shardedProgram, ...shared } = await workers;
    return shardedProgram(runtime, shared, sharded, leaves(traced.args).length, buffers);
  };
};

const shardedGraphOf = ({ graph, args }: TracedCall, threads: number): ShardedGraph | undefined => {
  const count = leaves(args).length;
  const [sharded] = batchArguments(args).flatMap(({ batch, positions }) =>
    batch < threads ? [] : (shardGraph(graph, count, positions, batch) ?? []),
  );
  return sharded;
};

// For Node only, and loaded only when it is needed.
const startWorkers = async (threads: number) => {
  const [{ startWorkerPool }, { sharedMemory }, { shardedProgram }] = await Promise.all([
    import('./workers/worker-pool.js'),
    import('./workers/shared-memory.js'),
    import('./workers/sharded-program.js'),
  ]);
  const pool = await startWorkerPool(threads);
  let programs = 0;
  const nextProgram = (): number => programs++;
  return { pool, memory: sharedMemory(pool.notify), nextProgram, shardedProgram };
};
