/**
 * Where the numbers of a value are. A value never changes, so it may be in several places: in a tensor of tfjs-node's and
 * in variables of any number of sessions. It moves only when it must.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ArgumentNames } from './emit.js';
import type { Session } from './session.js';

/** A variable of a session, and whose numbers it holds. */
export interface Slot {
  readonly session: Session;
  readonly names: ArgumentNames;
  occupant: Content | undefined;
}

/** The places of a value; changed in place, as giving a value up is. */
export interface Content {
  tensor: Tensor | undefined;
  readonly slots: Set<Slot>;
}

export const inTensor = (tensor: Tensor): Content => ({ tensor, slots: new Set() });

export const inSlot = (slot: Slot): Content => {
  slot.occupant?.slots.delete(slot);
  const content: Content = { tensor: undefined, slots: new Set([slot]) };
  slot.occupant = content;
  return content;
};

/** Gives the places of a value back. A variable keeps its memory and is written over by the next occupant. */
export const free = (content: Content): void => {
  for (const slot of content.slots) slot.occupant = undefined;
  content.slots.clear();
  content.tensor?.dispose();
  content.tensor = undefined;
};

/** The tensors of values. Those that are in variables only are fetched, in one call for each session, and stay. */
export const tensorsOf = (contents: readonly Content[]): readonly Tensor[] => {
  const wanted = new Map<Session, Map<Slot, Content>>();
  for (const content of contents) {
    const [slot] = content.slots;
    if (content.tensor === undefined && slot !== undefined) {
      wanted.set(slot.session, (wanted.get(slot.session) ?? new Map<Slot, Content>()).set(slot, content));
    }
  }
  for (const [session, slots] of wanted) {
    const fetched = session(
      () => [],
      [...slots.keys()].map(({ names }) => names.value),
    );
    [...slots.values()].forEach((content, i) => {
      content.tensor = fetched[i];
    });
  }
  return contents.map(({ tensor }) => tensor!);
};

/** Stores values in variables of one session. What the variables held before is fetched, if anybody may want it yet. */
export const store = (session: Session, moves: readonly (readonly [Slot, Content])[]): void => {
  if (moves.length === 0) return;
  const evicted = moves.flatMap(([{ occupant }]) => (occupant === undefined ? [] : [occupant]));
  const tensors = tensorsOf([...moves.map(([, content]) => content), ...evicted]);
  for (const [slot] of moves) {
    slot.occupant?.slots.delete(slot);
    slot.occupant = undefined;
  }
  session(
    () => moves.map(([{ names }], i) => ({ name: names.value, tensor: tensors[i]! })),
    [],
    moves.map(([{ names }]) => names.store),
  );
  for (const [slot, content] of moves) {
    slot.occupant = content;
    content.slots.add(slot);
  }
};
