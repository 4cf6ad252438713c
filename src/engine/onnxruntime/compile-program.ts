import * as E from 'fp-ts/lib/Either.js';
import { flow, pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { leaves } from '../../core/tree.js';
import type { Program, TracedCall } from '../compiled/back-end.js';
import { flops } from '../compiler/graph/graph.js';
import { batchArguments } from '../compiler/sharding/batch-arguments.js';
import { type ShardedGraph, shardGraph } from '../compiler/sharding/shard-graph.js';
import type { EngineError, ExpectedMemory } from '../engine.js';
import { runtimeError } from '../internal/refusal.js';
import type { BufferPool } from './buffer-pool.js';
import type { MemoryBudget } from './memory-budget.js';
import { planMemory } from './memory-plan.js';
import type { Runtime } from './runtime.js';
import { createProgram } from './session.js';

/** Compiles traced functions; large outputs are written into buffers of the pool. */
export interface ProgramCompiler {
  readonly expectedMemory: (traced: TracedCall) => E.Either<EngineError, ExpectedMemory>;
  /** Frees what worker threads hold of a disposed value. No call may be running. */
  readonly forget: (tensor: HostTensor) => Promise<void>;
  readonly compile: (traced: TracedCall, buffers: BufferPool) => TE.TaskEither<EngineError, Program<HostTensor>>;
}

export interface CompilerOptions {
  readonly threads: number;
  readonly dividedFrom: number;
  readonly budget: MemoryBudget;
}

/**
 * Large calls are sharded along the batch among worker threads, which start with the first call that can be sharded. All
 * other calls run in one session.
 */
export const programCompiler = (
  runtime: Runtime,
  { threads, dividedFrom, budget }: CompilerOptions,
): ProgramCompiler => {
  let workers: ReturnType<typeof startWorkers> | undefined;
  const plan = (traced: TracedCall) => {
    const sharded = flops(traced.graph) < dividedFrom ? undefined : shardedGraphOf(traced, threads);
    return pipe(
      planMemory(traced, sharded, threads, budget),
      E.map((planned) => ({ sharded, planned })),
    );
  };
  return {
    expectedMemory: flow(
      plan,
      E.map(({ planned: { bytes, rounds } }) => ({ bytes, rounds })),
    ),
    forget: async ({ data }) => (await workers)?.memory.forget(data),
    compile: (traced, buffers) =>
      pipe(
        TE.fromEither(plan(traced)),
        TE.chain(({ sharded, planned: { size } }) =>
          TE.tryCatch(async () => {
            if (sharded === undefined) return createProgram(runtime, traced.graph, threads, buffers);
            workers ??= startWorkers(threads);
            const { shardedProgram, ...shared } = await workers;
            return shardedProgram(runtime, shared, { ...sharded, size }, leaves(traced.args).length, buffers);
          }, runtimeError),
        ),
      ),
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
