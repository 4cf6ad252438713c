import { tensor } from '@tensorflow/tfjs-core';
import { drawWords } from '../../core/draws.js';
import type { Key } from '../../core/key.js';
import type { Program } from '../compiled/back-end.js';
import { drawWordsAt } from '../compiled/draw-words.js';
import type { Graph } from '../compiler/graph/graph.js';
import { type Content, inTensor, inVariable, store, tensorsOf, type Variable } from './content.js';
import { type EmitOptions, emit, type SavedModel } from './emit.js';
import type { NodeBackend } from './node-backend.js';
import { type Feed, loadSession } from './session.js';
import type { Meter } from './traffic.js';

export interface ProgramOptions extends EmitOptions {
  readonly backend: NodeBackend;
  readonly meter: Meter;
}

/**
 * Loads a graph into a session. An argument is stored in its variable if an output will overwrite that variable, or if it
 * is in a variable of another session; it stays there for later calls. All other arguments are fed.
 */
export const createProgram = async (graph: Graph, options: ProgramOptions): Promise<Program<Content>> => {
  const model = emit(graph, options);
  const session = await loadSession(options.backend, model.bytes, options.meter);
  const variables = model.arguments.map((names): Variable => ({ session, names, content: undefined }));
  const overwritten = new Set(options.outputVariables);
  const fetched = model.outputs.flatMap((name) => name ?? []);
  const awaited = model.commit === undefined ? [] : [model.commit];

  return async (args, { key }) => {
    const elsewhere = variables.flatMap((variable, i) => {
      const content = args[i]!;
      const isOverwritten = overwritten.has(i);
      return (variable.names.used || isOverwritten) && !content.variables.has(variable)
        ? [{ variable, content, isStored: isOverwritten || content.variables.size > 0 }]
        : [];
    });
    store(
      session,
      elsewhere.flatMap(({ variable, content, isStored }) => (isStored ? [[variable, content] as const] : [])),
    );
    const fed = elsewhere.filter(({ isStored }) => !isStored);
    const tensors = tensorsOf(fed.map(({ content }) => content));
    const feeds = (): readonly Feed[] => [
      ...fed.map(({ variable }, i) => ({ name: variable.names.value, tensor: tensors[i]! })),
      ...model.draws.map((draw) => drawn(key, draw)),
    ];
    const results = session(feeds, fetched, awaited)[Symbol.iterator]();
    return model.outputs.map((name, i) => {
      const position = options.outputVariables[i];
      return name === undefined && position !== undefined
        ? inVariable(variables[position]!)
        : inTensor(results.next().value);
    });
  };
};

const drawn = (key: Key | undefined, { name, node, source }: SavedModel['draws'][number]): Feed => {
  const { data, shape, dtype } = drawWords(drawWordsAt(key, source.path), source.distribution, node.shape);
  return { name, tensor: tensor(data, [...shape], dtype) };
};
