import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { expect } from 'vitest';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { type Key, key } from '../../src/core/key.js';
import { entries, leaves, showPath } from '../../src/core/tree.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine, EngineError, EngineErrorKind, Values } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';

/** The result of a task. The test fails with the message of its error. */
export const right = async <A>(task: TaskEither<EngineError, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`${result.left.kind}: ${result.left.message}`);
  return result.right;
};

/** The error of a task. The test fails if there is none. */
export const left = async (task: TaskEither<EngineError, unknown>): Promise<EngineError> => {
  const result = await task();
  if (E.isRight(result)) throw new Error('expected an error, but the task succeeded');
  return result.left;
};

export const expectError = async (
  task: TaskEither<EngineError, unknown>,
  kind: EngineErrorKind,
  message: RegExp,
): Promise<void> => {
  const error = await left(task);
  expect(error).toMatchObject({ _tag: 'EngineError', kind });
  expect(error.message).toMatch(message);
};

export const engines = async (): Promise<{ readonly reference: Engine; readonly compiled: Engine }> => ({
  reference: await right(eager('cpu')),
  compiled: await right(jit({ threads: 2 })),
});

/** The results, as host tensors, of a function of host tensors on an engine. */
export const through = async <B>(
  engine: Engine,
  f: (args: never, key: Key) => B,
  args: unknown,
  seed: Key = key(1),
): Promise<readonly HostTensor[]> => {
  const given = engine.fromHost(args);
  const result = await right(engine.compile(f)(given as Values<never>, seed));
  const hosts = await right(engine.toHost(result));
  engine.dispose([given, result]);
  return leaves<HostTensor>(hosts);
};

/** The largest allowed difference of two numbers. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

const close = (a: number, b: number, { relative, absolute }: Tolerance): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= absolute + relative * Math.max(Math.abs(a), Math.abs(b));

/** Expects the same shapes, types and, within the tolerance, numbers. */
export const expectSame = (actual: unknown, correct: unknown, tolerance: Tolerance): void => {
  const pairs = entries<HostTensor>(correct);
  const others = leaves<HostTensor>(actual);
  expect(others).toHaveLength(pairs.length);
  pairs.forEach(([path, b], i) => {
    const a = others[i]!;
    expect({ shape: a.shape, dtype: a.dtype }, showPath(path)).toEqual({ shape: b.shape, dtype: b.dtype });
    const wrong = Array.from(b.data).findIndex((value, j) => !close(a.data[j]!, value, tolerance));
    if (wrong >= 0) expect.fail(`${showPath(path)}[${wrong}]: got ${a.data[wrong]}, expected ${b.data[wrong]}`);
  });
};
