import { sizeOf } from '../../../core/axes.js';
import { drawInto } from '../../../core/host-draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import type { Runtime } from '../runtime.js';
import { runtimeTensor } from '../session.js';
import { sessionOptions } from '../session-options.js';
import type { RunRequest, ShardFeed, ShardModel, ShardResult, SharedReference } from './messages.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

export interface OpenModel {
  /**
   * Computes the images from `first` on, and returns the pieces of each partial result. They are in the buffers of `targets`, else in
   * memory that the next round of any model overwrites: new buffers for each round would pile up until they are garbage-collected.
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
  const inputs = feeds.map((feed, i) => ({ ...feed, read: feedReader(memory, feed, `input ${i}`) }));
  return {
    run: async (request, first, targets) => {
      const given = inputs.map(({ name, dtype, shape, read }) => [
        name,
        runtimeTensor(runtime, { dtype, shape, data: read(request, first) }),
      ]);
      const made = outputs.map((pieces, i) =>
        pieces.map(({ shape }, piece) => {
          const { dtype } = elementAt(results, i);
          return targets[i]?.[piece] ?? memory.scratch(`output ${i} ${piece}`, dtype, sizeOf(shape));
        }),
      );
      const fetches = outputs.flatMap((pieces, i) =>
        pieces.map(({ name, shape }, piece) => {
          const { dtype } = elementAt(results, i);
          return [name, runtimeTensor(runtime, { dtype, shape, data: elementAt(elementAt(made, i), piece) })];
        }),
      );
      await session.run(Object.fromEntries(given), Object.fromEntries(fetches));
      return made;
    },
    close: () => session.release(),
  };
};

/** Returns the data of an input for a round. Draws and ranges go into memory that the next round of any model overwrites. */
const feedReader = (
  memory: ThreadMemory,
  { dtype, shape, source, range }: ShardFeed,
  slot: string,
): ((request: RunRequest, first: number) => Data) => {
  const length = sizeOf(shape);
  const from = (first: number): number => (range === undefined ? 0 : range.perImage * (first + range.first));
  if (source.kind === 'draw') {
    const { draw, distribution } = source;
    return ({ draws }, first) => {
      const buffer = memory.scratch(slot, dtype, length);
      drawInto(elementAt(draws, draw), distribution, from(first), buffer);
      return buffer;
    };
  }
  const { position } = source;
  if (range === undefined) return ({ args }) => memory.copyOf(argumentAt(args, position));
  return ({ args }, first) => {
    const start = from(first);
    const buffer = memory.scratch(slot, dtype, length);
    const data = memory.at(argumentAt(args, position).id).subarray(start, start + length);
    // A shorter range would leave numbers of an earlier call in the buffer.
    if (data.length !== length) throw new Error(`argument ${position} is shorter than its shape says`);
    buffer.set(data);
    return buffer;
  };
};

const argumentAt = (args: RunRequest['args'], position: number): SharedReference => {
  const reference = elementAt(args, position);
  if (reference === null) throw new Error(`argument ${position} was not sent to the worker threads`);
  return reference;
};
