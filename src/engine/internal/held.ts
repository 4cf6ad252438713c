/**
 * The values of an engine. A value shows its shape and type; what it stands for is known to its engine alone, which
 * also knows whether it was given up.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { DType } from '../../core/host-tensor.js';
import { entries, type Path, showPath } from '../../core/tree.js';
import { type EngineError, engineError, type Value } from '../engine.js';

export interface Held<Content> {
  readonly hold: (content: Content, shape: readonly number[], dtype: DType) => Value;
  /** What the values of a tree stand for, leaf by leaf. */
  readonly contents: (tree: unknown) => E.Either<EngineError, readonly Content[]>;
  /** Marks values as gone and answers what they stood for, once each. */
  readonly release: (values: readonly Value[], how: 'donated' | 'disposed') => readonly Content[];
}

type State<Content> = { readonly content: Content } | { readonly gone: 'donated' | 'disposed' };

/** An empty table; `name` is the engine's, for its errors. */
export const holdings = <Content>(name: string): Held<Content> => {
  // Changed in place: giving a value up is the one effect that values have.
  const states = new WeakMap<Value, State<Content>>();
  const content = ([path, value]: readonly [Path, Value]): E.Either<EngineError, Content> => {
    const where = path.length === 0 ? 'the argument' : showPath(path);
    const state = typeof value === 'object' && value !== null ? states.get(value) : undefined;
    if (state === undefined) {
      return E.left(
        engineError('runtime', `${where} is not a value of the engine ${name}: bring it in with its fromHost`),
      );
    }
    return 'content' in state
      ? E.right(state.content)
      : E.left(
          engineError(
            'donated-value',
            `${where} was ${state.gone} before: use what that call answered, or compile without donating it`,
          ),
        );
  };
  return {
    hold: (content, shape, dtype) => {
      const value: Value = Object.freeze({ shape: Object.freeze([...shape]), dtype });
      states.set(value, { content });
      return value;
    },
    contents: (tree) => E.traverseArray(content)(entries<Value>(tree)),
    release: (values, gone) =>
      values.flatMap((value) => {
        const state = states.get(value);
        if (state === undefined || 'gone' in state) return [];
        states.set(value, { gone });
        return [state.content];
      }),
  };
};
