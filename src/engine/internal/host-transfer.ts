import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { hostTensorProblem } from '../../core/host-tensor-problem.js';
import { leaves, type MapTree, map, unflatten } from '../../core/tree.js';
import type { Engine, EngineError, Value } from '../engine.js';
import { runtimeError } from './refusal.js';
import type { ValueTable } from './value-table.js';

const FIX = 'correct the host tensor that was passed to fromHost';

/** What an engine does with the contents of its values. */
export interface Storage<Content> {
  /** Copies a host tensor. */
  readonly load: (tensor: HostTensor) => Content;
  /** Copies to host memory. */
  readonly read: (contents: readonly Content[]) => Promise<readonly HostTensor[]>;
  /** The host memory of a content itself. Absent where contents are elsewhere. */
  readonly lend?: (content: Content) => HostTensor;
  /** Frees the memory of a content. It may be called again for the same content. Absent where memory is garbage-collected. */
  readonly free?: (content: Content) => void;
}

/** What an engine does with disposed contents instead of freeing them at once. */
interface Disposal<Content> {
  readonly dispose?: (contents: readonly Content[]) => void;
}

/** The functions of an engine that move values in and out. */
export const hostTransfer = <Content>(
  table: ValueTable<Content>,
  {
    load,
    read,
    lend,
    free = () => {},
    dispose = (contents) => contents.forEach(free),
  }: Storage<Content> & Disposal<Content>,
): Pick<Engine, 'fromHost' | 'toHost' | 'dispose'> => ({
  // A tree of host tensors has the structure of the tree that it stands for.
  fromHost: <T>(tree: T | MapTree<T, HostTensor>) =>
    map<HostTensor, Value>((leaf) => {
      const problem = hostTensorProblem(leaf);
      return problem === undefined
        ? table.add(load(leaf), leaf.shape, leaf.dtype)
        : table.addInvalid(`${problem}; ${FIX}`, leaf?.shape ?? [], leaf?.dtype ?? 'float32');
    })(tree) as MapTree<T, Value>,
  toHost: <T>(tree: T | MapTree<T, Value>, options?: { readonly lend?: boolean }) =>
    pipe(
      // All in one turn: the memory of a value that is disposed after it may be used again.
      async (): Promise<E.Either<EngineError, readonly HostTensor[]>> => {
        const contents = table.contents(tree);
        if (E.isLeft(contents)) return contents;
        if (options?.lend === true && lend !== undefined) return E.right(contents.right.map(lend));
        return TE.tryCatch(() => read(contents.right), runtimeError)();
      },
      TE.map((copies) => unflatten(tree)(copies) as MapTree<T, HostTensor>),
    ),
  dispose: (tree) => dispose(table.take(leaves<Value>(tree), 'disposed').contents),
});
