/**
 * The eager engine runs a function operation by operation on a tfjs backend. It is the reference that the compiled engines
 * are tested against.
 *
 * @module
 */
import { engine, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { unflatten } from '../../core/tree.js';
import {
  type Compiled,
  type CompileOptions,
  type Engine,
  type EngineError,
  engineError,
  type KeyParameter,
  type Values,
} from '../engine.js';
import { donationOf } from '../internal/donation.js';
import { hostTransfer } from '../internal/host-transfer.js';
import { nextTurn } from '../internal/next-turn.js';
import { errorFrom, TRACE_BACKEND } from '../internal/refusal.js';
import { resultTree } from '../internal/result-tree.js';
import { type ValueTable, valueTable } from '../internal/value-table.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { quietCpuBackend } from '../tfjs/quiet.js';
import { dtypeOf, hostCopy, tensorOn } from '../tfjs/tensors.js';
import { tidyOn } from '../tfjs/tidy-on.js';

/** Makes an eager engine on a registered tfjs backend: `eager('cpu')`. Values are tensors of that backend. */
export const eager = (backend: string): TE.TaskEither<EngineError, Engine> =>
  pipe(
    loadTfjs,
    TE.chain(() => initialized(backend)),
    TE.map(() => eagerEngine(backend)),
  );

/** The names of the backends on which an eager engine can run. */
export const registeredBackends = (): readonly string[] =>
  engine()
    .backendNames()
    .filter((name) => name !== TRACE_BACKEND);

const initialized = (backend: string): TE.TaskEither<EngineError, void> => {
  const unavailable = (why: string) =>
    engineError(
      'unavailable',
      `the tfjs backend '${backend}' ${why}; registered are ${registeredBackends().join(', ')}: import the package of the backend first`,
    );
  return async () => {
    if (!registeredBackends().includes(backend)) return E.left(unavailable('is not registered'));
    const before = engine().backendName;
    try {
      // Some backends start asynchronously. Once started, switching to one is immediate.
      return (await setBackend(backend)) ? E.right(undefined) : E.left(unavailable('does not start'));
    } catch (thrown) {
      return E.left(unavailable(`does not start (${thrown instanceof Error ? thrown.message : thrown})`));
    } finally {
      quietCpuBackend();
      await setBackend(before);
    }
  };
};

const free = (tensor: Tensor): void => {
  if (!tensor.isDisposed) tensor.dispose();
};

const eagerEngine = (backend: string): Engine => {
  const name = `eager (${backend})`;
  const table = valueTable<Tensor>(name, free);
  return {
    name,
    threads: 1,
    description: { name, threads: 1 },
    expectedMemory: () => TE.right(undefined),
    ...hostTransfer(table, {
      load: (tensor) => tensorOn(backend, tensor),
      read: (tensors) => Promise.all(tensors.map(hostCopy)),
      free,
    }),
    compile: (f, options) => compile(backend, table, f, options),
  };
};

const compile =
  <A, B, K extends KeyParameter>(
    backend: string,
    table: ValueTable<Tensor>,
    f: (args: A, ...key: K) => B,
    { donate = [] }: CompileOptions<A> = {},
  ): Compiled<A, B, K> =>
  (args, ...key) =>
  async (): Promise<E.Either<EngineError, Values<B>>> => {
    await nextTurn();
    const contents = table.contents(args);
    if (E.isLeft(contents)) return contents;
    const result = E.tryCatch(
      () =>
        tidyOn(backend, () => {
          // The tree of the arguments has tensors of the backend at its leaves now.
          const { tensors, withLeaves } = resultTree(f(unflatten(args)(contents.right) as A, ...key));
          return { tensors: owned(tensors, contents.right), withLeaves };
        }),
      errorFrom,
    );
    if (E.isLeft(result)) return result;
    const { tensors, withLeaves } = result.right;
    const values = tensors.map((made) => table.add(made, made.shape, dtypeOf(made)));
    table.take(donationOf(args, donate).values, 'donated').contents.forEach(free);
    return E.right(withLeaves(values));
  };

// A returned argument, or a tensor that is returned twice, becomes two values, each freed on its own.
const owned = (returned: readonly Tensor[], args: readonly Tensor[]): readonly Tensor[] =>
  returned.map((each, i) => (args.includes(each) || returned.indexOf(each) < i ? each.clone() : each));
