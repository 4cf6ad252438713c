import type { HostTensor } from '../../../core/host-tensor.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import type { Runtime } from '../runtime.js';
import { collector } from './collect.js';
import type { OpenRequest, PartialResults, Rank, RunRequest } from './messages.js';
import { type OpenModel, openModel } from './open-model.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

export interface OpenShard {
  /** Computes the images of this worker, exchanges what other workers need, and returns the partial results to return. */
  readonly run: (request: RunRequest) => Promise<PartialResults>;
  /** The partial results for epilogues of the latest run, piece by piece. */
  readonly partials: () => readonly (readonly Data[])[];
  readonly close: () => Promise<void>;
}

/** Opens this worker's shard of a program: a session for each of its models, which computes one round after the other. */
export const openShard = async (
  runtime: Runtime,
  rank: Rank,
  memory: ThreadMemory,
  { models, rounds, results }: OpenRequest,
): Promise<OpenShard> => {
  const opened: OpenModel[] = [];
  for (const model of models) opened.push(await openModel(runtime, memory, model, results));
  const { outputs } = elementAt(models, elementAt(rounds, 0).model);
  const collectors = results.map((result, i) => collector(result, elementAt(outputs, i), rank, memory));
  const targets = collectors.map((each) => each.targets);
  return {
    run: async (request) => {
      for (const [i, { model, first }] of rounds.entries()) {
        const isFirst = i === 0;
        const made = await elementAt(opened, model).run(request, first, isFirst ? targets : []);
        for (const [result, { take }] of collectors.entries()) take(elementAt(made, result), first, isFirst);
      }
      return collectors.map(({ finish }) => finish());
    },
    partials: () => targets,
    close: async () => {
      for (const { close } of opened) await close();
    },
  };
};
