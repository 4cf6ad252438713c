/**
 * The eager engine: a function runs operation by operation on a tfjs backend. It is the reference that jit is tested
 * against, and the engine for GPUs.
 *
 * @module
 */
import { engine, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DType, HostTensor } from '../../core/host-tensor.js';
import { leaves, type MapTree, unflatten } from '../../core/tree.js';
import {
  type Compiled,
  type CompileOptions,
  type Engine,
  type EngineError,
  engineError,
  type KeyParameter,
  type Value,
  type Values,
} from '../engine.js';
import { answerOf } from '../internal/answer.js';
import { donatedValues } from '../internal/donation.js';
import { errorFrom, runtimeError, TRACE_BACKEND } from '../internal/refusal.js';
import { type ValueTable, valueTable } from '../internal/value-table.js';
import { contained } from '../tfjs/contained.js';
import { loadTfjs } from '../tfjs/load-tfjs.js';
import { quietCpuBackend } from '../tfjs/quiet.js';

/** Makes an eager engine on a registered tfjs backend: `eager('cpu')`. Values are tensors of that backend. */
export const eager = (backend: string): TE.TaskEither<EngineError, Engine> =>
  pipe(
    loadTfjs,
    TE.chain(() => initialized(backend)),
    TE.map(() => eagerEngine(backend)),
  );

/** The names of the backends that an eager engine can be made on. */
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
      // Some backends start asynchronously; afterwards switching to one is immediate.
      return (await setBackend(backend)) ? E.right(undefined) : E.left(unavailable('does not start'));
    } catch (thrown) {
      return E.left(unavailable(`does not start (${thrown instanceof Error ? thrown.message : thrown})`));
    } finally {
      quietCpuBackend();
      await setBackend(before);
    }
  };
};

const eagerEngine = (backend: string): Engine => {
  const held = valueTable<Tensor>(`eager (${backend})`, (lost) => {
    if (!lost.isDisposed) lost.dispose();
  });
  const hold = (content: Tensor): Value => held.add(content, content.shape, content.dtype as DType);
  const holdAll = (make: () => readonly Tensor[]): readonly Value[] => contained(backend, make).map(hold);
  return {
    name: `eager (${backend})`,
    threads: 1,
    compile: (f, options) => compile(held, holdAll, f, options),
    // A copy: the plain JavaScript backend would keep the caller's own array.
    fromHost: held.addHosts(({ data, shape, dtype }) => {
      const [made] = contained(backend, () => [tensor(data.slice(), [...shape], dtype)]);
      return made!;
    }),
    toHost: <T>(tree: T | MapTree<T, Value>) =>
      pipe(
        TE.fromEither(held.contents(tree)),
        TE.chain((tensors) => TE.tryCatch(() => Promise.all(tensors.map(hostCopy)), runtimeError)),
        TE.map((copies) => unflatten(tree)(copies) as MapTree<T, HostTensor>),
      ),
    dispose: (tree) => {
      for (const content of held.release(leaves<Value>(tree), 'disposed')) content.dispose();
    },
  };
};

// Browsers have no setImmediate, and a timer of 0 ms takes 1 on Node.
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

const hostCopy = async (held: Tensor): Promise<HostTensor> => ({
  dtype: held.dtype as DType,
  shape: held.shape,
  data: (await held.data()).slice() as HostTensor['data'],
});

const compile =
  <A, B, K extends KeyParameter>(
    held: ValueTable<Tensor>,
    holdAll: (make: () => readonly Tensor[]) => readonly Value[],
    f: (args: A, ...key: K) => B,
    options: CompileOptions<A> = {},
  ): Compiled<A, B, K> =>
  (args, ...key) =>
  async () => {
    // Timers, signals and progress bars have their turn between calls.
    await nextTurn();
    const contents = held.contents(args);
    if (E.isLeft(contents)) return contents;
    const result = E.tryCatch(() => {
      let withLeaves: ((leaves: readonly Value[]) => B) | undefined;
      const values = holdAll(() => {
        const answer = answerOf<B>(f(unflatten(args)(contents.right) as A, ...key));
        withLeaves = answer.withLeaves;
        return owned(answer.tensors, contents.right);
      });
      return withLeaves!(values) as Values<B>;
    }, errorFrom);
    if (E.isRight(result)) for (const given of held.release(donatedValues(args, options), 'donated')) given.dispose();
    return result;
  };

// An argument that is answered, or a tensor that is answered twice, becomes two values: each is freed by itself.
const owned = (answered: readonly Tensor[], args: readonly Tensor[]): readonly Tensor[] =>
  answered.map((each, i) => (args.includes(each) || answered.indexOf(each) < i ? each.clone() : each));
