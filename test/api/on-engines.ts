import * as E from 'fp-ts/lib/Either.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { leaves } from '../../src/core/tree.js';
import type { EngineError } from '../../src/engine/engine.js';
import { engineTable } from '../support/engine-table.js';

const engines = await Promise.all(engineTable.map(async ([name, make]) => ({ name, engine: await orThrow(make) })));

const isClose = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a), Math.abs(b));

const agree = (one: readonly HostTensor[], other: readonly HostTensor[]): boolean =>
  one.length === other.length &&
  one.every(({ shape, data }, i) => {
    const { shape: otherShape = [], data: otherData = [] } = other[i] ?? {};
    return String(shape) === String(otherShape) && data.every((value, j) => isClose(value, otherData[j] ?? 0));
  });

/**
 * The result of a pure function on every engine, undivided and divided: the leaves of what it returns. All must agree, in an error or
 * in values; otherwise this throws.
 */
export const onEngines = async <A, B>(
  f: (args: A) => B,
  hosts: unknown,
): Promise<E.Either<EngineError, readonly HostTensor[]>> => {
  const results: { readonly name: string; readonly result: E.Either<EngineError, readonly HostTensor[]> }[] = [];
  for (const { name, engine } of engines) {
    const args = engine.fromHost(hosts);
    const called = await engine.compile(f)(args as never)();
    const read = E.isLeft(called) ? called : await engine.toHost(called.right)();
    results.push({ name, result: E.map((tree: unknown) => leaves<HostTensor>(tree))(read) });
    engine.dispose([args, E.isRight(called) ? called.right : []]);
  }
  const [first, ...others] = results;
  if (first === undefined) throw new Error('no engine');
  for (const { name, result } of others) {
    const isSame =
      E.isLeft(first.result) || E.isLeft(result)
        ? E.isLeft(first.result) === E.isLeft(result)
        : agree(first.result.right, result.right);
    if (!isSame)
      throw new Error(`${first.name}: ${JSON.stringify(first.result)}, but ${name}: ${JSON.stringify(result)}`);
  }
  return first.result;
};
