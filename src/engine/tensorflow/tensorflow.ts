/**
 * The compiled engine on tfjs-node: a function is traced as under jit, and its graph runs whole in TensorFlow, on a GPU
 * where tfjs-node-gpu has one. What is donated lives in variables of the session. See jit/README.md.
 *
 * @module
 */
import { tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DType, HostTensor } from '../../core/host-tensor.js';
import { leaves, type MapTree, unflatten } from '../../core/tree.js';
import { type Traced, trace } from '../compiler/trace/trace.js';
import type { Compiled, CompileOptions, Engine, EngineError, KeyParameter, Value, Values } from '../engine.js';
import { alwaysKeyed } from '../internal/always-keyed.js';
import { donatedValues } from '../internal/donation.js';
import { oneAtATime } from '../internal/one-at-a-time.js';
import { perSignature } from '../internal/per-signature.js';
import { runtimeError } from '../internal/refusal.js';
import { type ValueTable, valueTable } from '../internal/value-table.js';
import { contained } from '../tfjs/contained.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { NATIVE_BACKEND } from '../tfjs/native-tfjs.js';
import { keptIn } from './kept.js';
import { type NodeBackend, nodeBackend } from './node-backend.js';
import { type Content, free, inTensor, tensorsOf } from './places.js';
import { createProgram, type Program } from './program.js';
import { type Meter, meter, type Traffic } from './traffic.js';

export interface TensorflowOptions {
  /** Lets XLA compile what it can of each graph; no by default. */
  readonly xla?: boolean;
}

export interface TensorflowEngine extends Engine {
  /** What crossed between JavaScript and TensorFlow's sessions since the engine was made. */
  readonly traffic: () => Traffic;
}

/** Makes the engine, once tfjs-node or tfjs-node-gpu is loaded. */
export const tensorflow = (options: TensorflowOptions = {}): TE.TaskEither<EngineError, TensorflowEngine> =>
  pipe(
    loadTfjs,
    TE.chain(() => TE.fromEither(nodeBackend())),
    TE.chain((backend) =>
      TE.fromTask(async () => tensorflowEngine(backend, options.xla ?? false, await threadsOf(backend))),
    ),
  );

const nameOf = ({ isGPUPackage, isUsingGpuDevice, binding }: NodeBackend, xla: boolean): string => {
  const where = `TensorFlow ${binding.TF_Version}, ${isUsingGpuDevice ? 'GPU' : 'CPU'}${xla ? ', XLA' : ''}`;
  return `${isGPUPackage ? 'tfjs-node-gpu' : 'tfjs-node'} compiled (${where})`;
};

interface Workings {
  readonly backend: NodeBackend;
  readonly xla: boolean;
  readonly meter: Meter;
  readonly held: ValueTable<Content>;
  readonly hold: (content: Content, shape: readonly number[], dtype: DType) => Value;
  readonly turn: ReturnType<typeof oneAtATime>;
}

// TensorFlow's own default on a CPU. A GPU computes the same however many threads feed it.
const threadsOf = async (backend: NodeBackend): Promise<number> => {
  if (backend.isUsingGpuDevice) return 1;
  const { availableParallelism } = await import('node:os');
  return Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
};

const tensorflowEngine = (backend: NodeBackend, xla: boolean, threads: number): TensorflowEngine => {
  const name = nameOf(backend, xla);
  const held = valueTable<Content>(name, free);
  const workings: Workings = { backend, xla, meter: meter(), held, hold: held.add, turn: oneAtATime() };
  return {
    name,
    threads,
    compile: (f, compileOptions) => compile(workings, f, compileOptions),
    fromHost: held.addHosts(({ data, shape, dtype }) => {
      // A copy: tfjs-node reads arrays where they lie.
      const [made] = contained(NATIVE_BACKEND, () => [tensor(data.slice(), [...shape], dtype)]);
      return inTensor(made!);
    }),
    toHost: <T>(tree: T | MapTree<T, Value>) =>
      pipe(
        TE.fromEither(held.contents(tree)),
        TE.chain((contents) => TE.tryCatch(() => hostCopies(contents), runtimeError)),
        TE.map((copies) => unflatten(tree)(copies) as MapTree<T, HostTensor>),
      ),
    dispose: (tree) => held.release(leaves<Value>(tree), 'disposed').forEach(free),
    traffic: workings.meter.read,
  };
};

// Timers, signals and progress bars have their turn between calls.
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const hostCopies = async (contents: readonly Content[]): Promise<readonly HostTensor[]> =>
  Promise.all(
    tensorsOf(contents).map(
      async (each): Promise<HostTensor> => ({
        dtype: each.dtype as DType,
        shape: each.shape,
        data: (await each.data()).slice() as HostTensor['data'],
      }),
    ),
  );

interface Compilation<B> {
  readonly traced: Traced<B>;
  readonly program: Program;
}

const compile = <A, B, K extends KeyParameter>(
  { backend, xla, meter, held, hold, turn }: Workings,
  f: (args: A, ...key: K) => B,
  options: CompileOptions<A> = {},
): Compiled<A, B, K> => {
  const compilationFor = perSignature<A, EngineError, Compilation<B>>((args) =>
    pipe(
      TE.fromEither(trace(alwaysKeyed(f), args)),
      TE.chain((traced) => {
        const { graph, withLeaves } = traced;
        const kept = keptIn(args, options.donate ?? [], withLeaves(graph.outputs));
        return pipe(
          TE.tryCatch(() => createProgram(graph, { backend, xla, meter, kept }), runtimeError),
          TE.map((program) => ({ traced, program })),
        );
      }),
    ),
  );
  return (args, ...[key]) =>
    turn(
      pipe(
        TE.fromTask(nextTurn),
        // Looked up when the turn comes: an earlier call may have been given them.
        TE.chainEitherK(() => held.contents(args)),
        TE.chain(() => compilationFor(args)),
        // And again: they may have been disposed while the graph was made. From here on nothing waits.
        TE.chainEitherK((compilation) =>
          pipe(
            held.contents(args),
            E.chain((contents) => E.tryCatch(() => compilation.program(contents, key), runtimeError)),
            E.map((outputs) => {
              held.release(donatedValues(args, options), 'donated').forEach(free);
              const { graph, withLeaves } = compilation.traced;
              return withLeaves(
                outputs.map((content, i) => hold(content, graph.outputs[i]!.shape, graph.outputs[i]!.dtype)),
              ) as Values<B>;
            }),
          ),
        ),
      ),
    );
};
