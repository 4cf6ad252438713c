/**
 * The values of an engine. A value shows its shape and type. Only its engine knows its content, and whether the value was
 * donated or disposed.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { DType } from '../../core/host-tensor.js';
import { entries, type Path, showPath } from '../../core/tree.js';
import { type EngineError, engineError, type Value } from '../engine.js';

/** Values that were taken out of the table: their contents, each once, and how to put them back. */
export interface Taken<Content> {
  readonly contents: readonly Content[];
  readonly putBack: () => void;
}

export interface ValueTable<Content> {
  readonly add: (content: Content, shape: readonly number[], dtype: DType) => Value;
  /** Adds a value whose use is an error; `problem` completes the sentence that its path begins. */
  readonly addInvalid: (problem: string, shape: readonly number[], dtype: DType) => Value;
  /** The content of each leaf of a tree of values. */
  readonly contents: (tree: unknown) => E.Either<EngineError, readonly Content[]>;
  /** Marks values as gone. */
  readonly take: (values: readonly Value[], how: 'donated' | 'disposed') => Taken<Content>;
}

type State<Content> =
  | { readonly content: Content }
  | { readonly gone: 'donated' | 'disposed' }
  | { readonly problem: string };

/**
 * An empty table. `name` is the name of the engine, for its errors. `free`, if given, is called with the content of each
 * value that is garbage-collected, even if that value was taken before.
 */
export const valueTable = <Content>(name: string, free?: (content: Content) => void): ValueTable<Content> => {
  const collected = free && new FinalizationRegistry<Content>(free);
  // Changed in place: giving a value up is the one effect that values have.
  const states = new WeakMap<Value, State<Content>>();
  const addState = (state: State<Content>, shape: readonly number[], dtype: DType): Value => {
    const value: Value = Object.freeze({ shape: Object.freeze([...shape]), dtype });
    states.set(value, state);
    return value;
  };
  const content = ([path, value]: readonly [Path, Value]): E.Either<EngineError, Content> => {
    const where = path.length === 0 ? 'the argument' : showPath(path);
    const state = typeof value === 'object' && value !== null ? states.get(value) : undefined;
    if (state === undefined) {
      return E.left(engineError('runtime', `${where} is not a value of the engine ${name}: pass it to its fromHost`));
    }
    if ('content' in state) return E.right(state.content);
    return E.left(
      'problem' in state
        ? engineError('invalid-value', `${where} ${state.problem}`)
        : engineError(
            'donated-value',
            `${where} was ${state.gone} before: use that call's result, or compile without donating it`,
          ),
    );
  };
  return {
    add: (content, shape, dtype) => {
      const value = addState({ content }, shape, dtype);
      collected?.register(value, content);
      return value;
    },
    addInvalid: (problem, shape, dtype) => addState({ problem }, shape, dtype),
    contents: (tree) => E.traverseArray(content)(entries<Value>(tree)),
    take: (values, gone) => {
      const taken = values.flatMap((value) => {
        const state = states.get(value);
        if (state === undefined || !('content' in state)) return [];
        states.set(value, { gone });
        return [{ value, state }];
      });
      return {
        contents: taken.map(({ state }) => state.content),
        putBack: () => {
          for (const { value, state } of taken) states.set(value, state);
        },
      };
    },
  };
};
