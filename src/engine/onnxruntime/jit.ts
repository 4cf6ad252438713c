/**
 * The compiled engine: a function is traced once for each combination of argument shapes, forward and backward, and then
 * runs whole in ONNX Runtime. See README.md beside this file.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type DType, type HostTensor, viewOf } from '../../core/host-tensor.js';
import { leaves, type MapTree, unflatten } from '../../core/tree.js';
import { type Traced, trace } from '../compiler/trace/trace.js';
import type { Compiled, CompileOptions, Engine, EngineError, KeyParameter, Value, Values } from '../engine.js';
import { alwaysKeyed } from '../internal/always-keyed.js';
import { donatedValues } from '../internal/donation.js';
import { oneAtATime } from '../internal/one-at-a-time.js';
import { perSignature } from '../internal/per-signature.js';
import { runtimeError } from '../internal/refusal.js';
import { type ValueTable, valueTable } from '../internal/value-table.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { type ProgramCompiler, programCompiler } from './compile-program.js';
import { pool } from './pool.js';
import { loadRuntime, type Runtime } from './runtime.js';
import type { Program } from './session.js';

export interface JitOptions {
  /** All cores unless told otherwise. */
  readonly threads?: number;
  /**
   * How much work makes it worth dividing a call along the batch among worker threads, in floating-point operations of
   * its matrix products.
   */
  readonly dividedFrom?: number;
}

/** Makes the compiled engine. Values are arrays in host memory. */
export const jit = (options: JitOptions = {}): TE.TaskEither<EngineError, Engine> =>
  pipe(
    loadTfjs,
    TE.chain(() => loadRuntime),
    TE.chain((runtime) =>
      TE.fromTask(async () => {
        const { availableParallelism } = await import('node:os');
        const { threads = availableParallelism(), dividedFrom = WORTH_DIVIDING } = options;
        return jitEngine(runtime, threads, dividedFrom);
      }),
    ),
  );

/** A division costs about a millisecond a call; this much takes one thread some five. */
const WORTH_DIVIDING = 5e8;

const jitEngine = (runtime: Runtime, threads: number, dividedFrom: number): Engine => {
  const held = valueTable<HostTensor>('jit');
  const hold = (tensor: HostTensor): Value => held.add(tensor, tensor.shape, tensor.dtype);
  // One call after the other: a buffer that one gives up is never still being read by another.
  const compiler = programCompiler(runtime, threads, dividedFrom);
  const workings: Workings = { compiler, held, hold, turn: oneAtATime() };
  // A copy on each side: what an engine holds may be written over once it is donated.
  const copy = ({ dtype, shape, data }: HostTensor): HostTensor => ({ dtype, shape, data: data.slice() });
  const copyIn = ({ dtype, shape, data }: HostTensor): HostTensor => ({ dtype, shape, data: heldCopy(dtype, data) });
  return {
    name: `jit (ONNX Runtime ${runtime.env.versions.node ?? runtime.env.versions.common}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`,
    threads,
    compile: (f, compileOptions) => compile(workings, f, compileOptions),
    fromHost: held.addHosts(copyIn),
    toHost: <T>(tree: T | MapTree<T, Value>) =>
      TE.fromEither(
        pipe(
          held.contents(tree),
          E.map((contents) => unflatten(tree)(contents.map(copy)) as MapTree<T, HostTensor>),
        ),
      ),
    dispose: (tree) => {
      held.release(leaves<Value>(tree), 'disposed');
    },
  };
};

// What is large is shared with worker threads from the start, not copied once more when they first need it.
const LARGE = 1e6;

const heldCopy = (dtype: DType, data: HostTensor['data']): HostTensor['data'] => {
  if (data.byteLength < LARGE || typeof SharedArrayBuffer === 'undefined') return data.slice();
  const copy = viewOf(dtype, new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
};

interface Compilation<B> {
  readonly traced: Traced<B>;
  readonly program: Program;
}

interface Workings {
  readonly compiler: ProgramCompiler;
  readonly held: ValueTable<HostTensor>;
  readonly hold: (tensor: HostTensor) => Value;
  readonly turn: ReturnType<typeof oneAtATime>;
}

const compile = <A, B, K extends KeyParameter>(
  { compiler, held, hold, turn }: Workings,
  f: (args: A, ...key: K) => B,
  options: CompileOptions<A> = {},
): Compiled<A, B, K> => {
  const spare = pool();
  const compilationFor = perSignature<A, EngineError, Compilation<B>>((args) =>
    pipe(
      TE.fromEither(trace(alwaysKeyed(f), args)),
      TE.chain((traced) =>
        pipe(
          TE.tryCatch(() => compiler(traced.graph, args), runtimeError),
          TE.map((program) => ({ traced, program })),
        ),
      ),
    ),
  );
  return (args, ...[key]) => {
    const given = donatedValues(args, options);
    return turn(
      pipe(
        TE.Do,
        // Looked up when the turn comes: an earlier call may have been given them.
        TE.bind('contents', () => TE.fromEither(held.contents(args))),
        TE.bind('compilation', () => compilationFor(args)),
        TE.bind('outputs', ({ contents, compilation }) =>
          TE.tryCatch(() => compilation.program(contents, key, spare, donatedAmong(args, given)), runtimeError),
        ),
        TE.map(({ compilation, outputs }) => {
          const written = new Set(outputs.map(({ data }) => data.buffer));
          const free = held.release(given, 'donated').filter(({ data }) => !written.has(data.buffer));
          free.forEach(spare.give);
          return compilation.traced.withLeaves(outputs.map(hold)) as Values<B>;
        }),
      ),
    );
  };
};

// The positions of the donated leaves: those that no other argument holds as well.
const donatedAmong = (args: unknown, given: readonly Value[]): ReadonlySet<number> => {
  const all = leaves<Value>(args);
  const once = given.filter((value) => all.indexOf(value) === all.lastIndexOf(value));
  return new Set(once.map((value) => all.indexOf(value)));
};
