import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { hostTensorProblem } from '../../core/host-tensor-problem.js';
import { leaves, type MapTree, map, unflatten } from '../../core/tree.js';
import type { Engine, Value } from '../engine.js';
import { runtimeError } from './refusal.js';
import type { ValueTable } from './value-table.js';

const FIX = 'correct the host tensor that was passed to fromHost';

/** What an engine does with the contents of its values. */
export interface Storage<Content> {
  /** Copies a host tensor. */
  readonly load: (tensor: HostTensor) => Content;
  /** Copies to host memory. */
  readonly read: (contents: readonly Content[]) => Promise<readonly HostTensor[]>;
  /** Frees the memory of a content. It may be called again for the same content. Absent where memory is garbage-collected. */
  readonly free?: (content: Content) => void;
}

/** The functions of an engine that move values in and out. */
export const hostTransfer = <Content>(
  table: ValueTable<Content>,
  { load, read, free = () => {} }: Storage<Content>,
): Pick<Engine, 'fromHost' | 'toHost' | 'dispose'> => ({
  // A tree of host tensors has the structure of the tree that it stands for.
  fromHost: <T>(tree: T | MapTree<T, HostTensor>) =>
    map<HostTensor, Value>((leaf) => {
      const problem = hostTensorProblem(leaf);
      return problem === undefined
        ? table.add(load(leaf), leaf.shape, leaf.dtype)
        : table.addInvalid(`${problem}; ${FIX}`, leaf?.shape ?? [], leaf?.dtype ?? 'float32');
    })(tree) as MapTree<T, Value>,
  toHost: <T>(tree: T | MapTree<T, Value>) =>
    pipe(
      TE.fromEither(table.contents(tree)),
      TE.chain((contents) => TE.tryCatch(() => read(contents), runtimeError)),
      TE.map((copies) => unflatten(tree)(copies) as MapTree<T, HostTensor>),
    ),
  dispose: (tree) => table.take(leaves<Value>(tree), 'disposed').contents.forEach(free),
});
