/**
 * Where the numbers of a value are. A value never changes, so it may be in several places: in a tensor of tfjs-node and
 * in variables of any number of sessions. It moves only when it must.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ArgumentNames } from './emit.js';
import type { Session } from './session.js';

/** A variable of a session, and the value that it holds. */
export interface Variable {
  readonly session: Session;
  readonly names: ArgumentNames;
  content: Content | undefined;
}

/** The places of a value; changed in place, as giving a value up is. */
export interface Content {
  tensor: Tensor | undefined;
  readonly variables: Set<Variable>;
}

export const inTensor = (tensor: Tensor | undefined): Content => ({ tensor, variables: new Set() });

export const inVariable = (variable: Variable): Content => {
  variable.content?.variables.delete(variable);
  const content: Content = { tensor: undefined, variables: new Set([variable]) };
  variable.content = content;
  return content;
};

/** Gives the places of a value back. A variable keeps its memory until the next value overwrites it. */
export const free = (content: Content): void => {
  for (const variable of content.variables) variable.content = undefined;
  content.variables.clear();
  content.tensor?.dispose();
  content.tensor = undefined;
};

/** The tensors of values. Those that are in variables only are fetched, in one call for each session, and stay. */
export const tensorsOf = (contents: readonly Content[]): readonly Tensor[] => {
  const toFetch = new Map<Session, Map<Variable, Content>>();
  for (const content of contents) {
    const [variable] = content.variables;
    if (content.tensor === undefined && variable !== undefined) {
      const { session } = variable;
      toFetch.set(session, (toFetch.get(session) ?? new Map<Variable, Content>()).set(variable, content));
    }
  }
  for (const [session, variables] of toFetch) {
    const fetched = session(
      () => [],
      [...variables.keys()].map(({ names }) => names.value),
    );
    [...variables.values()].forEach((content, i) => {
      content.tensor = fetched[i];
    });
  }
  return contents.map(({ tensor }) => {
    if (tensor === undefined) throw new Error('a value has neither a tensor nor a variable');
    return tensor;
  });
};

/** Stores values in variables of one session. What the variables held before is fetched first if a value still needs it. */
export const store = (session: Session, moves: readonly (readonly [Variable, Content])[]): void => {
  if (moves.length === 0) return;
  const evicted = moves.flatMap(([{ content }]) => (content === undefined ? [] : [content]));
  const tensors = tensorsOf([...moves.map(([, content]) => content), ...evicted]);
  for (const [variable] of moves) {
    variable.content?.variables.delete(variable);
    variable.content = undefined;
  }
  session(
    () => moves.map(([{ names }], i) => ({ name: names.value, tensor: tensors[i]! })),
    [],
    moves.map(([{ names }]) => names.store),
  );
  for (const [variable, content] of moves) {
    variable.content = content;
    content.variables.add(variable);
  }
};
