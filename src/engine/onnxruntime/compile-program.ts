import type { HostTensor } from '../../core/host-tensor.js';
import { leaves } from '../../core/tree.js';
import type { Program, TracedCall } from '../compiled/back-end.js';
import { batchArguments } from '../compiler/divide/batch-arguments.js';
import { type Division, divide } from '../compiler/divide/divide.js';
import { flops } from '../compiler/graph/graph.js';
import type { BufferPool } from './buffer-pool.js';
import type { Runtime } from './runtime.js';
import { createProgram } from './session.js';

/** Compiles a traced function; large outputs are written into buffers of the pool. */
export type ProgramCompiler = (traced: TracedCall, buffers: BufferPool) => Promise<Program<HostTensor>>;

/**
 * Large calls are divided along the batch among worker threads, which start with the first call that can be divided. All
 * other calls run in one session.
 */
export const programCompiler = (runtime: Runtime, threads: number, dividedFrom: number): ProgramCompiler => {
  let workers: ReturnType<typeof startWorkers> | undefined;
  return async (traced, buffers) => {
    const division = flops(traced.graph) < dividedFrom ? undefined : divisionOf(traced, threads);
    if (division === undefined) return createProgram(runtime, traced.graph, threads, buffers);
    workers ??= startWorkers(threads);
    const { shardedProgram, ...shared } = await workers;
    return shardedProgram(runtime, shared, division, leaves(traced.args).length, buffers);
  };
};

const divisionOf = ({ graph, args }: TracedCall, threads: number): Division | undefined => {
  const count = leaves(args).length;
  const [division] = batchArguments(args).flatMap(({ batch, positions }) =>
    batch < threads ? [] : (divide(graph, count, positions, batch) ?? []),
  );
  return division;
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
