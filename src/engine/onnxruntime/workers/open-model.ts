import { sizeOf } from '../../../core/axes.js';
import { drawInto } from '../../../core/host-draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import { newData } from '../buffer-pool.js';
import type { Runtime } from '../runtime.js';
import { resultData, runtimeTensor } from '../session.js';
import { sessionOptions } from '../session-options.js';
import type { RunRequest, ShardFeed, ShardModel, ShardResult, SharedReference } from './messages.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

export interface OpenModel {
  /**
   * Computes the images from `first` on, and returns the pieces of each partial result. They are in the buffers of `targets`, else in new
   * ones.
   */
  readonly run: (
    request: RunRequest,
    first: number,
    targets: readonly (readonly Data[])[],
  ) => Promise<readonly (readonly Data[])[]>;
  readonly close: () => Promise<void>;
}

/** Opens a graph for some images in a session of one thread. */
export const openModel = async (
  runtime: Runtime,
  memory: ThreadMemory,
  { bytes, feeds, outputs }: ShardModel,
  results: readonly ShardResult[],
): Promise<OpenModel> => {
  const session = await runtime.InferenceSession.create(bytes, sessionOptions(1, false));
  const inputs = feeds.map((feed) => ({ ...feed, read: feedReader(memory, feed) }));
  return {
    run: async (request, first, targets) => {
      const given = inputs.map(({ name, dtype, shape, read }) => [
        name,
        runtimeTensor(runtime, { dtype, shape, data: read(request, first) }),
      ]);
      const fetches = outputs.flatMap((pieces, i) =>
        pieces.map(({ name, shape }, piece) => {
          const data = targets[i]?.[piece];
          const { dtype } = elementAt(results, i);
          return [name, data === undefined ? null : runtimeTensor(runtime, { dtype, shape, data })];
        }),
      );
      const made = await session.run(Object.fromEntries(given), Object.fromEntries(fetches));
      return outputs.map((pieces, i) => pieces.map(({ name }, piece) => targets[i]?.[piece] ?? resultData(made[name])));
    },
    close: () => session.release(),
  };
};

/** Returns the data of an input for a round. Draws and ranges go into a buffer of their own, which each round overwrites. */
const feedReader = (
  memory: ThreadMemory,
  { dtype, shape, source, range }: ShardFeed,
): ((request: RunRequest, first: number) => Data) => {
  const from = (first: number): number => (range === undefined ? 0 : range.perImage * (first + range.first));
  if (source.kind === 'draw') {
    const { draw, distribution } = source;
    const buffer = newData(dtype, sizeOf(shape));
    return ({ draws }, first) => {
      drawInto(elementAt(draws, draw), distribution, from(first), buffer);
      return buffer;
    };
  }
  const { position } = source;
  if (range === undefined) return ({ args }) => memory.copyOf(argumentAt(args, position));
  const buffer = newData(dtype, sizeOf(shape));
  return ({ args }, first) => {
    const start = from(first);
    const data = memory.at(argumentAt(args, position).id).subarray(start, start + buffer.length);
    // A shorter range would leave numbers of an earlier call in the buffer.
    if (data.length !== buffer.length) throw new Error(`argument ${position} is shorter than its shape says`);
    buffer.set(data);
    return buffer;
  };
};

const argumentAt = (args: RunRequest['args'], position: number): SharedReference => {
  const reference = elementAt(args, position);
  if (reference === null) throw new Error(`argument ${position} was not sent to the worker threads`);
  return reference;
};
