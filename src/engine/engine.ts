/**
 * How a pure tensor function is executed. A function is written once, with tfjs operations. An engine runs it operation
 * by operation (`eager`), or traces it, compiles the graph and runs the graph as a whole (`jit`).
 *
 * @module
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import type { Key } from '../core/key.js';
import type { MapTree } from '../core/tree.js';

/** A tensor held by an engine: host memory under jit, a device tensor under eager. Only its shape and type are visible. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: HostTensor['dtype'];
}

/** The tree `T` held by an engine. */
export type Values<T> = MapTree<T, Value>;

export type EngineErrorKind =
  /** The engine, or a native library that it needs, is not available. */
  | 'unavailable'
  /** A tfjs kernel that the compiler does not support. */
  | 'unknown-kernel'
  /** A random number drawn without the key: tracing would turn it into a constant. */
  | 'baked-in-randomness'
  /** A variable created or assigned in a traced function: the update would be lost. */
  | 'variable'
  /** The function read the numbers of a traced tensor. */
  | 'traced-value-read'
  /** The function used a tensor that is not one of its arguments. */
  | 'captured-tensor'
  /** An argument that was donated to an earlier call, or disposed. */
  | 'donated-value'
  /** An argument made from a host tensor whose data does not fit its shape or type. */
  | 'invalid-value'
  /** A layer got an input or a parameter of another size. */
  | 'wrong-shape'
  /** A call that needs more memory than the budget of the engine. */
  | 'memory'
  /** An optimizer, a schedule or another part of the function has an option that is out of range. */
  | 'invalid-option'
  /** The function itself threw. */
  | 'function-threw'
  /** The native runtime reported an error. */
  | 'runtime';

/** Why an engine cannot run something, and what to do about it. */
export interface EngineError extends Failure<'EngineError'> {
  readonly kind: EngineErrorKind;
}

export const engineError = (kind: EngineErrorKind, message: string): EngineError => ({
  _tag: 'EngineError',
  kind,
  message,
});

/** The parameters of a function after its arguments: a key if the function draws random numbers, nothing otherwise. */
export type KeyParameter = readonly [] | readonly [key: Key];

/**
 * A function ready to run. The same arguments and key give the same result. Arguments are left unchanged, except donated
 * ones: using a donated value again is a typed error.
 */
export type Compiled<A, B, K extends KeyParameter = readonly []> = (
  args: Values<A>,
  ...key: K
) => TaskEither<EngineError, Values<B>>;

export interface CompileOptions<A> {
  /** Arguments that the caller gives up with each call, so that the engine can reuse their memory. */
  readonly donate?: readonly (keyof A & string)[];
}

/** What a call is expected to need. */
export interface ExpectedMemory {
  /** The peak of the resident memory of the whole process, in bytes. */
  readonly bytes: number;
  /** In how many rounds each thread computes its share of the batch. The bits of results depend on it. */
  readonly rounds: number;
}

export interface Engine {
  /** `jit (ONNX Runtime 1.30.0, 2 threads)`, or `eager` with the name of the tfjs backend: `eager (cpu)`. */
  readonly name: string;
  /** How many threads a call is divided among. The bits of results depend on the name and on this. 1 for eager. */
  readonly threads: number;
  /**
   * All that the bits of results depend on besides the function and its arguments, as plain data to record: the name, the threads, and
   * under jit the memory in bytes that rounds are chosen for.
   */
  readonly description: Readonly<Record<string, string | number>>;
  /**
   * What a call of a function with arguments of these shapes and types will need, if the engine knows. The function is traced but does
   * not run.
   *
   * Errors: those of the trace, and 'memory' if it would need more than the engine may use.
   *
   * @example
   * const args = engine.fromHost({ x: float32([2], [1, 2]) });
   * const double = ({ x }: { readonly x: Tensor }) => tf.mul(x, 2);
   * const expected = await orThrow(engine.expectedMemory(double, args));
   */
  readonly expectedMemory: <A, B, K extends KeyParameter>(
    f: (args: A, ...key: K) => B,
    args: Values<A>,
    options?: CompileOptions<A>,
  ) => TaskEither<EngineError, ExpectedMemory | undefined>;
  /**
   * Nothing is traced before the first call. Each new combination of argument shapes and types is traced once.
   *
   * @example
   * const double = engine.compile(({ x }: { readonly x: Tensor }) => tf.mul(x, 2));
   * const noisy = engine.compile(({ x }: { readonly x: Tensor }, drawKey: Key) => tf.add(x, normal(drawKey, x.shape)));
   * const args = engine.fromHost({ x: float32([2], [1, 2]) });
   * const once = double(args);
   * const other = noisy(args, key(1));
   */
  readonly compile: <A, B, K extends KeyParameter>(
    f: (args: A, ...key: K) => B,
    options?: CompileOptions<A>,
  ) => Compiled<A, B, K>;
  /**
   * Copies a tree of host tensors into the engine. Generic code names the tree that the host tensors stand for. A host
   * tensor whose data does not fit its shape or type becomes a value that is an 'invalid-value' error wherever it is used.
   *
   * @example
   * const start = <P>(hosts: Hosts<TrainState<P>>): Values<TrainState<P>> => engine.fromHost<TrainState<P>>(hosts);
   */
  readonly fromHost: <T>(tree: T | MapTree<T, HostTensor>) => MapTree<T, Value>;
  /**
   * Copies a tree of values to the host: `engine.toHost(state)`, or in generic code `engine.toHost<TrainState<P>>(state)`.
   *
   * With `lend`, nothing is copied that the engine has in host memory: such tensors hold until a value of the tree is donated, also if it
   * is disposed, and are not to be written to.
   */
  readonly toHost: <T>(
    tree: T | MapTree<T, Value>,
    options?: { readonly lend?: boolean },
  ) => TaskEither<EngineError, MapTree<T, HostTensor>>;
  /**
   * Frees values now instead of when they are garbage-collected, and what compiled functions hold. A compiled function that is called
   * afterwards is compiled again.
   *
   * @example
   * const double = engine.compile(({ x }: { readonly x: Tensor }) => tf.mul(x, 2));
   * const args = engine.fromHost({ x: float32([2], [1, 2]) });
   * engine.dispose([args, double]);
   */
  readonly dispose: (tree: unknown) => void;
}
