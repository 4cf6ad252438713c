import { sizeOf } from '../../../core/axes.js';
import { drawInto } from '../../../core/host-draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { newData } from '../pool.js';
import type { Runtime } from '../runtime.js';
import { sessionOptions } from '../session-options.js';
import { type Question, type Rank, shareOf } from './messages.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];
type Opened = Extract<Question, { kind: 'open' }>;

export interface OpenedPart {
  /** Computes this thread's images, hands over what others will work on, and answers the joints that are answered. */
  readonly run: (question: Extract<Question, { kind: 'run' }>) => Promise<(Data | null)[]>;
  /** What the latest run made of each joint, piece by piece. */
  readonly made: () => readonly (readonly Data[])[];
  readonly close: () => Promise<void>;
}

/** Opens this thread's part of a program in a session of its own. */
export const openPart = async (
  runtime: Runtime,
  rank: Rank,
  memory: ThreadMemory,
  { model, feeds, outputs }: Opened,
): Promise<OpenedPart> => {
  const session = await runtime.InferenceSession.create(model, sessionOptions(1, false));
  // Written anew on each call: this thread's images and draws.
  const own = feeds.map(({ dtype, shape, source, from }) =>
    source.kind === 'draw' || from !== undefined ? newData(dtype, sizeOf(shape)) : undefined,
  );
  // What is kept is written where it was the last time, what is answered goes away. The runtime copies neither again.
  const kept = outputs.map(({ pieces, dtype, handOver }) =>
    pieces.map(({ shape }) => (handOver === undefined ? undefined : newData(dtype, sizeOf(shape)))),
  );
  let made: readonly (readonly Data[])[] = [];

  const run: OpenedPart['run'] = async ({ args, draws }) => {
    const given = feeds.map(({ name, dtype, shape, source, from = 0 }, i) => {
      const target = own[i];
      if (source.kind === 'draw') drawInto(draws[source.draw]!, source.distribution, from, target!);
      else if (target !== undefined)
        target.set(memory.at(args[source.position]!.id).subarray(from, from + target.length));
      const data = target ?? memory.copyOf(args[(source as { position: number }).position]!);
      return [name, new runtime.Tensor(dtype, data as Float32Array, shape)];
    });
    const wanted = outputs.flatMap(({ pieces, dtype }, i) =>
      pieces.map(({ name, shape }, piece) => {
        const data = kept[i]![piece];
        return [name, data === undefined ? null : new runtime.Tensor(dtype, data as Float32Array, shape)];
      }),
    );
    const results = await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
    made = outputs.map(({ pieces }, i) =>
      pieces.map(({ name }, piece) => kept[i]![piece] ?? (results[name]!.data as Data)),
    );
    outputs.forEach(({ pieces, handOver, place }, i) => {
      pieces.forEach(({ offset }, piece) => {
        const data = made[i]![piece]!;
        if (place !== undefined) memory.at(place.shared).set(data, place.from + offset);
        if (handOver === undefined) return;
        // All but this thread's own share, which it works on itself.
        const mine = memory.at(handOver[rank.index]!);
        const [start, end] = shareOf(data.length, rank);
        mine.set(data.subarray(0, start), offset);
        mine.set(data.subarray(end), offset + end);
      });
    });
    return outputs.map(({ dtype, answered, handOver }, i) =>
      answered ? joined(dtype, made[i]!, handOver !== undefined) : null,
    );
  };
  return { run, made: () => made, close: () => session.release() };
};

// What is kept is copied, since what is answered goes.
const joined = (dtype: HostTensor['dtype'], pieces: readonly Data[], keep: boolean): Data => {
  if (pieces.length === 1 && !keep) return pieces[0]!;
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
