/**
 * The compiled engine on ONNX Runtime: a function is traced once for each combination of argument shapes, forward and
 * backward, and then runs as one graph. See ../compiler/README.md.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decode, notNegative, positiveInteger, record } from '../../core/config.js';
import { type HostTensor, viewOf } from '../../core/host-tensor.js';
import type { BackEnd, Program } from '../compiled/back-end.js';
import { compiledEngine } from '../compiled/compiled-engine.js';
import { type Engine, type EngineError, engineError } from '../engine.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { type BufferPool, bufferPool } from './buffer-pool.js';
import { programCompiler } from './compile-program.js';
import { loadRuntime, type Runtime } from './runtime.js';

export interface JitOptions {
  /** Default: all cores. */
  readonly threads?: number;
  /**
   * How much work makes it worth dividing a call along the batch among worker threads, in floating-point operations of
   * its matrix products. Default: 5e8.
   */
  readonly dividedFrom?: number;
}

const Options = record('options of jit', {}, { threads: positiveInteger, dividedFrom: notNegative });

/**
 * Makes the compiled engine. Values are arrays in host memory.
 *
 * Errors: `invalid-option` for a number of threads that is not a positive whole number, `unavailable` without ONNX Runtime.
 */
export const jit = ({ threads, dividedFrom }: JitOptions = {}): TE.TaskEither<EngineError, Engine> =>
  pipe(
    TE.fromEither(decode(Options)({ threads, dividedFrom })),
    TE.mapLeft(({ message }) => engineError('invalid-option', `jit: ${message}`)),
    TE.chain(() => loadTfjs),
    TE.chain(() => loadRuntime),
    TE.chain((runtime) =>
      TE.fromTask(async () => {
        const { availableParallelism } = await import('node:os');
        return compiledEngine(onnxRuntime(runtime, threads ?? availableParallelism(), dividedFrom ?? WORTH_DIVIDING));
      }),
    ),
  );

/** Dividing costs about a millisecond per call. This much work takes one thread about five. */
const WORTH_DIVIDING = 5e8;

const onnxRuntime = (runtime: Runtime, threads: number, dividedFrom: number): BackEnd<HostTensor> => {
  const version = runtime.env.versions.node ?? runtime.env.versions.common;
  const compileProgram = programCompiler(runtime, threads, dividedFrom);
  return {
    name: `jit (ONNX Runtime ${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`,
    threads,
    // A copy in both directions: what an engine holds may be overwritten once it is donated.
    load: (tensor) => ({ ...tensor, data: loaded(tensor) }),
    read: async (tensors) => tensors.map(({ dtype, shape, data }) => ({ dtype, shape, data: data.slice() })),
    compiler: () => {
      const buffers = bufferPool();
      return async (traced) => recycling(await compileProgram(traced, buffers), buffers);
    },
  };
};

// Large arrays are in shared memory from the start, instead of being copied once more when worker threads first need them.
const LARGE = 1e6;

const loaded = ({ dtype, data }: HostTensor): HostTensor['data'] => {
  if (data.byteLength < LARGE || typeof SharedArrayBuffer === 'undefined') return data.slice();
  const copy = viewOf(dtype, new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
};

/** A program whose donated arguments become buffers for later calls, unless the program wrote its outputs into them. */
const recycling =
  (program: Program<HostTensor>, buffers: BufferPool): Program<HostTensor> =>
  async (args, call) => {
    const outputs = await program(args, call);
    const written = new Set(outputs.map(({ data }) => data.buffer));
    args.forEach((tensor, position) => {
      if (call.donated.has(position) && !written.has(tensor.data.buffer)) buffers.give(tensor);
    });
    return outputs;
  };
