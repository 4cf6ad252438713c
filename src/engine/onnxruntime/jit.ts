/**
 * The compiled engine on ONNX Runtime: a function is traced once for each combination of argument shapes, forward and
 * backward, and then runs as one graph. See ../compiler/README.md.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decode, notNegative, positiveInteger, record } from '../../core/config.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { collectArrays } from '../../node/collect-garbage.js';
import type { BackEnd, Program } from '../compiled/back-end.js';
import { compiledEngine } from '../compiled/compiled-engine.js';
import { type Engine, type EngineError, engineError } from '../engine.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { type BufferPool, bufferPool } from './buffer-pool.js';
import { type CompilerOptions, programCompiler } from './compile-program.js';
import { loadedMemory } from './loaded-memory.js';
import { availableMemory, defaultBudget, requestedBudget } from './memory-budget.js';
import { loadRuntime, type Runtime } from './runtime.js';

export interface JitOptions {
  /** Default: all cores. */
  readonly threads?: number;
  /**
   * How much work makes it worth dividing a call along the batch among worker threads, in floating-point operations of
   * its matrix products. Default: 5e8.
   */
  readonly dividedFrom?: number;
  /**
   * How much memory the process may use, in bytes. A call that would need more is computed in rounds of fewer images; one that cannot fit
   * is refused ('memory'). Results depend on the number of rounds in their last bits.
   *
   * Default: half of the memory of the machine or container, at most 2.5 GB. Then only what cannot fit in all of its memory is refused.
   */
  readonly memory?: number;
}

const Options = record('options of jit', {}, { threads: positiveInteger, dividedFrom: notNegative });

/**
 * Makes the compiled engine. Values are arrays in host memory.
 *
 * Errors: `invalid-option` for a number of threads that is not a positive whole number, `memory` for a budget that is not
 * above 0, `unavailable` without ONNX Runtime.
 */
export const jit = ({ threads, dividedFrom, memory }: JitOptions = {}): TE.TaskEither<EngineError, Engine> =>
  pipe(
    TE.fromEither(decode(Options)({ threads, dividedFrom })),
    TE.mapLeft(({ message }) => engineError('invalid-option', `jit: ${message}`)),
    TE.chainEitherK(() => checkedMemory(memory)),
    TE.chain(() => loadTfjs),
    TE.chain(() => loadRuntime),
    TE.chain((runtime) =>
      TE.fromTask(async () => {
        const { availableParallelism } = await import('node:os');
        const budget = memory === undefined ? defaultBudget(await availableMemory()) : requestedBudget(memory);
        return compiledEngine(
          onnxRuntime(runtime, {
            threads: threads ?? availableParallelism(),
            dividedFrom: dividedFrom ?? WORTH_DIVIDING,
            budget,
          }),
        );
      }),
    ),
  );

const checkedMemory = (memory: number | undefined): E.Either<EngineError, void> =>
  memory === undefined || memory > 0
    ? E.right(undefined)
    : E.left(engineError('memory', `expected memory to be a number of bytes above 0, got ${memory}`));

/** Dividing costs about a millisecond per call. This much work takes one thread about five. */
const WORTH_DIVIDING = 5e8;

const onnxRuntime = (runtime: Runtime, options: CompilerOptions): BackEnd<HostTensor> => {
  const { threads, budget } = options;
  const version = runtime.env.versions.node ?? runtime.env.versions.common;
  const { compile, expectedMemory, forget } = programCompiler(runtime, options);
  const memory = loadedMemory();
  const takeBack = async (tensor: HostTensor): Promise<void> => {
    await forget(tensor);
    memory.give(tensor.data);
  };
  const collect = (): void => {
    memory.clear();
    collectArrays();
  };
  return {
    name: `jit (ONNX Runtime ${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`,
    threads,
    settings: { memory: budget.target },
    expectedMemory,
    disposed: takeBack,
    // A copy in both directions: what an engine holds may be overwritten once it is donated.
    load: (tensor) => ({ ...tensor, data: memory.copyOf(tensor) }),
    lend: (tensor) => {
      memory.letGo(tensor.data);
      return tensor;
    },
    read: async (tensors) => tensors.map(({ dtype, shape, data }) => ({ dtype, shape, data: data.slice() })),
    compiler: () => {
      const buffers = bufferPool();
      return (traced) =>
        pipe(
          compile(traced, buffers),
          TE.map((program) => recycling(program, buffers, { takeBack, collect })),
        );
    },
  };
};

/** What a program does besides computing: it takes back memory. */
const recycling = (
  program: Program<HostTensor>,
  buffers: BufferPool,
  { takeBack, collect }: { readonly takeBack: (tensor: HostTensor) => Promise<void>; readonly collect: () => void },
): Program<HostTensor> => {
  // Donated arguments become buffers for later calls, unless the program wrote its outputs into them.
  const run: Program<HostTensor> = async (args, call) => {
    const outputs = await program(args, call);
    const written = new Set(outputs.map(({ data }) => data.buffer));
    for (const [position, tensor] of args.entries()) {
      if (!call.donated.has(position) || written.has(tensor.data.buffer)) continue;
      buffers.give(tensor);
      // Of others, workers have written into a shared copy.
      if (tensor.data.buffer instanceof SharedArrayBuffer) await takeBack(tensor);
    }
    return outputs;
  };
  return Object.assign(run, {
    close: async () => {
      await program.close?.();
      collect();
    },
  });
};
