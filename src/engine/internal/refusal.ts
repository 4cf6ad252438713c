import { isFailureException } from '../../core/require.js';
import { type EngineError, type EngineErrorKind, engineError } from '../engine.js';

/** An exception that carries an `EngineError` through tfjs. */
interface Refusal extends Error {
  readonly refusal: EngineError;
}

/** An engine error as an exception, to throw inside a tfjs call. */
export const refusal = (kind: EngineErrorKind, message: string): Refusal =>
  Object.assign(new Error(message), { refusal: engineError(kind, message) });

const isRefusal = (thrown: unknown): thrown is Refusal => thrown instanceof Error && 'refusal' in thrown;

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

// tfjs says "Kernel 'X' not registered for backend 'b'" and "Cannot find registered kernel 'X' for backend 'b'".
const UNKNOWN_KERNEL = /kernel '([^']+)'.*for backend '([^']+)'/i;

/** The engine error for an exception that was thrown while a function ran. */
export const errorFrom = (thrown: unknown): EngineError => {
  if (isRefusal(thrown)) return thrown.refusal;
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
        ? `the compiler does not support the tfjs kernel ${kernel}: use other operations, or run the function on an eager engine`
        : `the tfjs backend '${backend}' has no kernel ${kernel}: use other operations, or another backend`,
    );
  }
  return engineError('function-threw', `the function threw: ${message}`);
};

/** The engine error for an exception of the native runtime. */
export const runtimeError = (thrown: unknown): EngineError =>
  engineError('runtime', `the runtime failed: ${messageOf(thrown)}`);

/** The name under which the recording backend is registered with tfjs. */
export const TRACE_BACKEND = 'vitrail-trace';
