import { tensor } from '@tensorflow/tfjs-core';
import { drawWords } from '../../core/draws.js';
import type { Key } from '../../core/key.js';
import type { Graph } from '../compiler/graph/graph.js';
import { drawWordsAt } from '../internal/draw-words.js';
import { type EmitOptions, emit, type SavedModel } from './emit.js';
import type { NodeBackend } from './node-backend.js';
import { type Content, inSlot, inTensor, type Slot, store, tensorsOf } from './places.js';
import { type Feed, loadSession } from './session.js';
import type { Meter } from './traffic.js';

/** A compiled graph: the outputs for arguments, wherever these are. */
export type Program = (args: readonly Content[], key: Key | undefined) => readonly Content[];

export interface ProgramOptions extends EmitOptions {
  readonly backend: NodeBackend;
  readonly meter: Meter;
}

/**
 * Loads a graph into a session. Arguments whose variables outputs are kept in are stored in these, and so is what is in a
 * variable of another session; both stay there for later calls. Everything else is fed.
 */
export const createProgram = async (graph: Graph, options: ProgramOptions): Promise<Program> => {
  const model = emit(graph, options);
  const session = await loadSession(options.backend, model.bytes, options.meter);
  const slots = model.arguments.map((names): Slot => ({ session, names, occupant: undefined }));
  const written = new Set(options.kept);
  const fetched = model.outputs.filter((name) => name !== undefined);
  const awaited = model.commit === undefined ? [] : [model.commit];

  return (args, key) => {
    const away = slots.flatMap((slot, i) => {
      const content = args[i]!;
      return (slot.names.used || written.has(i)) && !content.slots.has(slot)
        ? [{ slot, content, kept: written.has(i) }]
        : [];
    });
    const stored = away.filter(({ kept, content }) => kept || content.slots.size > 0);
    store(
      session,
      stored.map(({ slot, content }) => [slot, content]),
    );
    const fed = away.filter((each) => !stored.includes(each));
    const tensors = tensorsOf(fed.map(({ content }) => content));
    const feeds = (): readonly Feed[] => [
      ...fed.map(({ slot }, i) => ({ name: slot.names.value, tensor: tensors[i]! })),
      ...model.draws.map((draw) => drawn(key, draw)),
    ];
    const answered = session(feeds, fetched, awaited)[Symbol.iterator]();
    return model.outputs.map((name, i) =>
      name === undefined ? inSlot(slots[options.kept[i]!]!) : inTensor(answered.next().value!),
    );
  };
};

const drawn = (key: Key | undefined, { name, node, source }: SavedModel['draws'][number]): Feed => {
  const { data, shape, dtype } = drawWords(drawWordsAt(key, source.way), source.distribution, node.shape);
  return { name, tensor: tensor(data, [...shape], dtype) };
};
