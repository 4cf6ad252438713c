/**
 * How a pure tensor function is executed. A function is written once, with tfjs operations; an engine decides whether
 * it runs operation by operation (`eager`) or is traced, compiled and run whole (`jit`).
 *
 * @module
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import type { Key } from '../core/key.js';
import type { MapTree } from '../core/tree.js';

/** A tensor held by an engine: host memory under jit, a device tensor under eager. Opaque but for its shape and type. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: HostTensor['dtype'];
}

/** The tree `T` held by an engine. */
export type Values<T> = MapTree<T, Value>;

export type EngineErrorKind =
  /** The engine, or a native part of it, is not here. */
  | 'unavailable'
  /** A tfjs kernel that the compiler does not know. */
  | 'unknown-kernel'
  /** A random number drawn otherwise than through the key, which tracing would freeze. */
  | 'baked-in-randomness'
  /** A variable made or assigned in a traced function: the update would be lost. */
  | 'variable'
  /** The numbers of a traced tensor were asked for. */
  | 'traced-value-read'
  /** A tensor from outside the function that is not one of its arguments. */
  | 'captured-tensor'
  /** An argument that was given up in an earlier call, or disposed. */
  | 'donated-value'
  /** The function itself threw. */
  | 'function-threw'
  /** The native runtime refused or failed. */
  | 'runtime';

/** What an engine refuses, by name, and what to do. */
export interface EngineError extends Failure<'EngineError'> {
  readonly kind: EngineErrorKind;
}

export const engineError = (kind: EngineErrorKind, message: string): EngineError => ({
  _tag: 'EngineError',
  kind,
  message,
});

/**
 * A function ready to run. Same arguments and key, same answer. Its arguments stay as they were, except the donated
 * ones, which the caller has given up: using one again is a typed error.
 */
export type Compiled<A, B> = (args: Values<A>, key: Key) => TaskEither<EngineError, Values<B>>;

export interface CompileOptions<A> {
  /** Arguments that the caller gives up with each call, so that the engine may reuse their memory. */
  readonly donate?: readonly (keyof A & string)[];
}

export interface Engine {
  /** `jit (ONNX Runtime 1.30.0, 2 threads)`, or `eager` with the name of the tfjs backend: `eager (cpu)`. */
  readonly name: string;
  /** Nothing is traced before the first call; each new combination of shapes is traced once. */
  readonly compile: <A, B>(f: (args: A, key: Key) => B, options?: CompileOptions<A>) => Compiled<A, B>;
  /** Brings a tree of host tensors into the engine; the host tensors may be used on. */
  readonly fromHost: <T>(tree: T) => MapTree<T, Value>;
  /** Copies a tree of values to the host. */
  readonly toHost: <T>(tree: T) => TaskEither<EngineError, MapTree<T, HostTensor>>;
  /** Frees values now instead of when they are collected. */
  readonly dispose: (tree: unknown) => void;
}
