import { sizeOf } from '../../../core/axes.js';
import { drawInto } from '../../../core/host-draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import { newData } from '../buffer-pool.js';
import type { Runtime } from '../runtime.js';
import { resultData, runtimeTensor } from '../session.js';
import { sessionOptions } from '../session-options.js';
import {
  type OpenRequest,
  type PartialResults,
  type Rank,
  type RunRequest,
  rangeOf,
  type ShardFeed,
  type SharedReference,
} from './messages.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

export interface OpenShard {
  /** Computes the images of this worker, exchanges what other workers need, and returns the partial results to return. */
  readonly run: (request: RunRequest) => Promise<PartialResults>;
  /** Each partial result of the latest run, piece by piece. */
  readonly partials: () => readonly (readonly Data[])[];
  readonly close: () => Promise<void>;
}

/** Opens this worker's shard of a program in a session of its own. */
export const openShard = async (
  runtime: Runtime,
  rank: Rank,
  memory: ThreadMemory,
  { model, feeds, results }: OpenRequest,
): Promise<OpenShard> => {
  const session = await runtime.InferenceSession.create(model, sessionOptions(1, false));
  const inputs = feeds.map((feed) => ({ ...feed, read: feedReader(memory, feed) }));
  // Results for epilogues are written to the same buffers in each run; returned ones are sent away. Neither is copied again.
  const buffers = results.map(({ pieces, dtype, exchange }) =>
    pieces.map(({ shape }) => (exchange === undefined ? undefined : newData(dtype, sizeOf(shape)))),
  );
  let partials: readonly (readonly Data[])[] = [];

  const run: OpenShard['run'] = async (request) => {
    const given = inputs.map(({ name, dtype, shape, read }) => [
      name,
      runtimeTensor(runtime, { dtype, shape, data: read(request) }),
    ]);
    const fetches = results.flatMap(({ pieces, dtype }, i) =>
      pieces.map(({ name, shape }, piece) => {
        const data = buffers[i]?.[piece];
        return [name, data === undefined ? null : runtimeTensor(runtime, { dtype, shape, data })];
      }),
    );
    const made = await session.run(Object.fromEntries(given), Object.fromEntries(fetches));
    partials = results.map(({ pieces }, i) =>
      pieces.map(({ name }, piece) => buffers[i]?.[piece] ?? resultData(made[name])),
    );
    results.forEach(({ pieces, exchange, factor }, i) => {
      pieces.forEach(({ offset }, piece) => {
        const data = elementAt(elementAt(partials, i), piece);
        if (factor !== undefined) memory.at(factor.shared).set(data, factor.from + offset);
        if (exchange === undefined) return;
        // All but this worker's own range, which it computes on itself.
        const target = memory.at(elementAt(exchange, rank.index));
        const [start, end] = rangeOf(data.length, rank);
        target.set(data.subarray(0, start), offset);
        target.set(data.subarray(end), offset + end);
      });
    });
    return results.map(({ dtype, returned, exchange }, i) =>
      returned ? joined(dtype, elementAt(partials, i), exchange !== undefined) : null,
    );
  };
  return { run, partials: () => partials, close: () => session.release() };
};

/** Returns the data of an input for one run. Draws and ranges go into a buffer of their own, which each run overwrites. */
const feedReader = (
  memory: ThreadMemory,
  { dtype, shape, source, from }: ShardFeed,
): ((request: RunRequest) => Data) => {
  if (source.kind === 'draw') {
    const { draw, distribution } = source;
    const buffer = newData(dtype, sizeOf(shape));
    return ({ draws }) => {
      drawInto(elementAt(draws, draw), distribution, from ?? 0, buffer);
      return buffer;
    };
  }
  const { position } = source;
  if (from === undefined) return ({ args }) => memory.copyOf(argumentAt(args, position));
  const buffer = newData(dtype, sizeOf(shape));
  return ({ args }) => {
    const range = memory.at(argumentAt(args, position).id).subarray(from, from + buffer.length);
    // A shorter range would leave numbers of an earlier call in the buffer.
    if (range.length !== buffer.length) throw new Error(`argument ${position} is shorter than its shape says`);
    buffer.set(range);
    return buffer;
  };
};

const argumentAt = (args: RunRequest['args'], position: number): SharedReference => {
  const reference = elementAt(args, position);
  if (reference === null) throw new Error(`argument ${position} was not sent to the worker threads`);
  return reference;
};

// What an epilogue still needs is copied, since a returned buffer is sent away.
const joined = (dtype: HostTensor['dtype'], pieces: readonly Data[], isNeeded: boolean): Data => {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1 && !isNeeded) return first;
  const whole = newData(
    dtype,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};
