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
import type { Key } from '../../core/key.js';
import { leaves, map, unflatten } from '../../core/tree.js';
import { type Traced, trace } from '../compiler/trace/trace.js';
import type { Compiled, CompileOptions, Engine, EngineError, Value, Values } from '../engine.js';
import { donatedValues } from '../internal/donation.js';
import { type Held, holdings } from '../internal/held.js';
import { inOrder } from '../internal/in-order.js';
import { perSignature } from '../internal/per-signature.js';
import { runtimeError } from '../internal/refusal.js';
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
    TE.map((backend) => tensorflowEngine(backend, options.xla ?? false)),
  );

const nameOf = ({ isGPUPackage, isUsingGpuDevice, binding }: NodeBackend, xla: boolean): string => {
  const where = `TensorFlow ${binding.TF_Version}, ${isUsingGpuDevice ? 'GPU' : 'CPU'}${xla ? ', XLA' : ''}`;
  return `${isGPUPackage ? 'tfjs-node-gpu' : 'tfjs-node'} compiled (${where})`;
};

interface Workings {
  readonly backend: NodeBackend;
  readonly xla: boolean;
  readonly meter: Meter;
  readonly held: Held<Content>;
  readonly hold: (content: Content, shape: readonly number[], dtype: DType) => Value;
  readonly turn: ReturnType<typeof inOrder>;
}

const tensorflowEngine = (backend: NodeBackend, xla: boolean): TensorflowEngine => {
  const name = nameOf(backend, xla);
  const held = holdings<Content>(name);
  // Memory of the device is not collected: what becomes unreachable without being disposed is freed here.
  const forgotten = new FinalizationRegistry<Content>(free);
  const hold: Workings['hold'] = (content, shape, dtype) => {
    const value = held.hold(content, shape, dtype);
    forgotten.register(value, content);
    return value;
  };
  const workings: Workings = { backend, xla, meter: meter(), held, hold, turn: inOrder() };
  return {
    name,
    compile: (f, compileOptions) => compile(workings, f, compileOptions),
    fromHost: map<HostTensor, Value>(({ data, shape, dtype }) => {
      // A copy: tfjs-node reads arrays where they lie.
      const [made] = contained(NATIVE_BACKEND, () => [tensor(data.slice(), [...shape], dtype)]);
      return hold(inTensor(made!), shape, dtype);
    }),
    toHost: (tree) =>
      pipe(
        TE.fromEither(held.contents(tree)),
        TE.chain((contents) => TE.tryCatch(() => hostCopies(contents), runtimeError)),
        TE.map((copies) => unflatten(tree)(copies)),
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

const compile = <A, B>(
  { backend, xla, meter, held, hold, turn }: Workings,
  f: (args: A, key: Key) => B,
  options: CompileOptions<A> = {},
): Compiled<A, B> => {
  const compilationFor = perSignature<A, EngineError, Compilation<B>>((args) =>
    pipe(
      TE.fromEither(trace(f, args)),
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
  return (args, key) =>
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
