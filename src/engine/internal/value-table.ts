/**
 * The values of an engine. A value shows its shape and type. Only its engine knows its content, and whether the value was
 * donated or disposed.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { DType, HostTensor } from '../../core/host-tensor.js';
import { entries, map, type Path, showPath } from '../../core/tree.js';
import { type Engine, type EngineError, engineError, type Value } from '../engine.js';
import { hostTensorProblem } from './host-tensor-problem.js';

export interface ValueTable<Content> {
  readonly add: (content: Content, shape: readonly number[], dtype: DType) => Value;
  /** Adds the host tensors of a tree; `load` makes the content of a valid one. */
  readonly addHosts: (load: (tensor: HostTensor) => Content) => Engine['fromHost'];
  /** The content of each leaf of a tree of values. */
  readonly contents: (tree: unknown) => E.Either<EngineError, readonly Content[]>;
  /** Marks values as gone. Returns the content of each, once. */
  readonly release: (values: readonly Value[], how: 'donated' | 'disposed') => readonly Content[];
}

type State<Content> =
  | { readonly content: Content }
  | { readonly gone: 'donated' | 'disposed' }
  | { readonly problem: string };

/**
 * An empty table. `name` is the name of the engine, for its errors. `free` is called with the content of a value that is
 * garbage-collected, also after it was released: device memory is not collected with the value.
 */
export const valueTable = <Content>(name: string, free: (content: Content) => void = () => {}): ValueTable<Content> => {
  const collected = new FinalizationRegistry<Content>(free);
  // Changed in place: giving a value up is the one effect that values have.
  const states = new WeakMap<Value, State<Content>>();
  const addState = (state: State<Content>, shape: readonly number[], dtype: DType): Value => {
    const value: Value = Object.freeze({ shape: Object.freeze([...shape]), dtype });
    states.set(value, state);
    if ('content' in state) collected.register(value, state.content);
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
    add: (content, shape, dtype) => addState({ content }, shape, dtype),
    addHosts: (load) =>
      map<HostTensor, Value>((tensor) => {
        const problem = hostTensorProblem(tensor);
        return problem === undefined
          ? addState({ content: load(tensor) }, tensor.shape, tensor.dtype)
          : addState({ problem }, tensor?.shape ?? [], tensor?.dtype ?? 'float32');
      }) as Engine['fromHost'],
    contents: (tree) => E.traverseArray(content)(entries<Value>(tree)),
    release: (values, gone) =>
      values.flatMap((value) => {
        const state = states.get(value);
        if (state === undefined || !('content' in state)) return [];
        states.set(value, { gone });
        return [state.content];
      }),
  };
};
