import { originOf } from '../../core/internal/origin.js';
import { isFailureException } from '../../core/require.js';
import { showPath } from '../../core/tree.js';
import { type EngineError, type EngineErrorKind, engineError } from '../engine.js';
import { callerOf } from './caller.js';

/** An exception that carries an `EngineError` through tfjs. */
interface Refusal extends Error {
  readonly refusal: EngineError;
}

/** An engine error as an exception, to throw inside a tfjs call. */
export const refusal = (kind: EngineErrorKind, message: string): Refusal =>
  Object.assign(new Error(message), { refusal: engineError(kind, message) });

const isRefusal = (thrown: unknown): thrown is Refusal => thrown instanceof Error && 'refusal' in thrown;

// What tfjs throws for a tensor that was disposed.
const DISPOSED = "Cannot read properties of undefined (reading 'backend')";

/** What an exception of a function of tensors says. */
export const messageOf = (thrown: unknown): string => {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message === DISPOSED ? 'a tensor is used after it was disposed' : message;
};

// tfjs says "Kernel 'X' not registered for backend 'b'" and "Cannot find registered kernel 'X' for backend 'b'".
const UNKNOWN_KERNEL = /kernel '([^']+)'.*for backend '([^']+)'/i;

/** The engine error for an exception that was thrown while a function ran. */
export const errorFrom = (thrown: unknown): EngineError => {
  if (isRefusal(thrown)) return engineError(thrown.refusal.kind, `${thrown.refusal.message}${placeOf(thrown)}`);
  if (isFailureException(thrown)) {
    const { _tag, message } = thrown.failure;
    return engineError(_tag === 'ShapeError' ? 'wrong-shape' : 'invalid-option', message);
  }
  const message = messageOf(thrown);
  const [, kernel, backend] = UNKNOWN_KERNEL.exec(message) ?? [];
  if (kernel !== undefined) {
    return engineError(
      'unknown-kernel',
      backend === TRACE_BACKEND
        ? `the compiler does not support the tfjs kernel ${kernel}: use other operations, or run the function on an eager engine${placeOf(thrown)}`
        : `the tfjs backend '${backend}' has no kernel ${kernel}: use other operations, or another backend${placeOf(thrown)}`,
    );
  }
  return engineError('function-threw', `the function threw: ${message}${placeOf(thrown)}`);
};

// The layer and the line that called what was refused, where they are known.
const placeOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return '';
  const [path, caller] = [originOf(thrown), callerOf(thrown)];
  const places = [
    ...(path === undefined ? [] : [`in the layer ${showPath(path)}`]),
    ...(caller === undefined ? [] : [`at ${caller}`]),
  ];
  return places.length === 0 ? '' : ` (${places.join(', ')})`;
};

/** The engine error for an exception of the native runtime. */
export const runtimeError = (thrown: unknown): EngineError =>
  engineError('runtime', `the runtime failed: ${messageOf(thrown)}`);

/** The name under which the recording backend is registered with tfjs. */
export const TRACE_BACKEND = 'vitrail-trace';
