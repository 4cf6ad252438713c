/**
 * What engines make of the same function and the same arguments.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Key } from '../../core/key.js';
import { orThrow } from '../../core/or-throw.js';
import { entries, showPath } from '../../core/tree.js';
import { eager } from '../../engine/eager/eager.js';
import type { Engine, EngineError, Values } from '../../engine/engine.js';
import { jit } from '../../engine/onnxruntime/jit.js';
import type { Problem } from '../law.js';
import { differingLeaf, differingNumber, largest } from './tensors.js';

/** How to make the engines that must agree. */
export type Engines = readonly TaskEither<EngineError, Engine>[];

export interface EngineOptions {
  /** The engines that must agree. Default: `eager('cpu')` and `jit()`. */
  readonly engines?: Engines;
}

/** `eager` on plain JavaScript, and `jit`. */
export const usualEngines: Engines = [eager('cpu'), jit()];

// Engines are made once for each list.
const made = new WeakMap<Engines, Promise<readonly Engine[]>>();

const enginesOf = (engines: Engines): Promise<readonly Engine[]> => {
  const before = made.get(engines);
  if (before !== undefined) return before;
  const making = Promise.all(engines.map((task) => orThrow(task)));
  made.set(engines, making);
  return making;
};

/** A function of a tree of tensors, and host tensors for it. */
export interface Computation<A> {
  readonly f: (args: A, key: Key) => unknown;
  readonly hosts: unknown;
  readonly key: Key;
}

const computed = async <A>(
  engine: Engine,
  { f, hosts, key }: Computation<A>,
): Promise<E.Either<EngineError, unknown>> => {
  // The types of trees say nothing about a layer that is known at run time only.
  const args = engine.fromHost(hosts) as Values<A>;
  const result = await engine.compile(f)(args, key)();
  const onHost = E.isLeft(result) ? result : await engine.toHost(result.right)();
  engine.dispose([args, E.isRight(result) ? result.right : []]);
  return onHost;
};

interface Numbers {
  readonly data: ArrayLike<number>;
}

/** The first number that differs by more than `tolerance` of the size of its tensor, or of a tenth of that of all. */
const difference = (actual: unknown, expected: unknown, tolerance: number): Problem => {
  const leaf = differingLeaf(actual, expected);
  if (leaf !== undefined) return leaf;
  const [got, want] = [entries<Numbers>(actual), entries<Numbers>(expected)];
  const scale = Math.max(...want.map(([, { data }]) => largest(data)));
  for (const [i, [path, { data }]] of want.entries()) {
    const found = differingNumber(got[i]?.[1].data ?? [], data, tolerance * (largest(data) + 0.1 * scale));
    if (found !== undefined) return `${showPath(path)}[${found.at}]: expected ${found.expected}, got ${found.actual}`;
  }
  return undefined;
};

/**
 * What is wrong with the results of the engines: one fails, or its numbers differ from the `expected` tree or, without one, from those of
 * the first engine.
 */
export const disagreement = async <A>(
  engines: Engines,
  computation: Computation<A>,
  tolerance: number,
  expected?: unknown,
): Promise<Problem> => {
  let right = expected;
  for (const engine of await enginesOf(engines)) {
    const result = await computed(engine, computation);
    if (E.isLeft(result)) return `${engine.name} fails (${result.left.kind}): ${result.left.message}`;
    right ??= result.right;
    const problem = difference(result.right, right, tolerance);
    if (problem !== undefined) return `${engine.name}: ${problem}`;
  }
  return undefined;
};
