/**
 * A thread of the engine: it runs its part of a program in a session of its own, on one core, and then its share of the
 * kernels. Shared memory carries what threads need of each other.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { sizeOf } from '../../../core/axes.js';
import { drawInto } from '../../../core/host-draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { orThrow } from '../../../core/or-throw.js';
import { openKernel } from '../kernels/index.js';
import { newData } from '../onnx/pool.js';
import { loadRuntime } from '../onnx/runtime.js';
import { sessionOptions } from '../onnx/session-options.js';
import {
  type KernelCall,
  type Notice,
  type Question,
  type Rank,
  type Reply,
  type SharedReference,
  shareOf,
} from './messages.js';

type Data = HostTensor['data'];
type Opened = Extract<Question, { kind: 'open' }>;

const runtime = await orThrow(loadRuntime);
const rank: Rank = workerData;
const shared = new Map<number, Data>();
// The runtime takes ordinary memory only, so each thread has a copy of what it feeds.
const copies = new Map<number, { readonly version: number; readonly data: Data }>();
const programs = new Map<number, Awaited<ReturnType<typeof open>>>();

const copyOf = ({ id, version }: SharedReference): Data => {
  const known = copies.get(id);
  if (known?.version === version) return known.data;
  const data = known?.data ?? sameKind(shared.get(id)!);
  data.set(shared.get(id)!);
  copies.set(id, { version, data });
  return data;
};

const sameKind = (data: Data): Data =>
  newData(data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool', data.length);

const open = async ({ model, feeds, outputs, kernels }: Opened) => {
  const session = await runtime.InferenceSession.create(model, sessionOptions(1, false));
  const runners = kernels.map(openKernel);
  // Written anew on each call: this thread's images and draws.
  const own = feeds.map(({ dtype, shape, source, from }) =>
    source.kind === 'draw' || from !== undefined ? newData(dtype, sizeOf(shape)) : undefined,
  );
  // What is kept is written where it was the last time, what is answered goes away. The runtime copies neither again.
  const kept = outputs.map(({ pieces, dtype, handOver }) =>
    pieces.map(({ shape }) => (handOver === undefined ? undefined : newData(dtype, sizeOf(shape)))),
  );
  // What this thread made on the latest call, piece by piece.
  let made: (readonly Data[])[] = [];

  const run = async ({ args, draws }: Extract<Question, { kind: 'run' }>): Promise<(Data | null)[]> => {
    const given = feeds.map(({ name, dtype, shape, source, from = 0 }, i) => {
      const target = own[i];
      if (source.kind === 'draw') drawInto(draws[source.draw]!, source.distribution, from, target!);
      else if (target !== undefined)
        target.set(shared.get(args[source.position]!.id)!.subarray(from, from + target.length));
      const data = target ?? copyOf(args[(source as { position: number }).position]!);
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
    outputs.forEach(({ pieces, handOver }, i) => {
      if (handOver === undefined) return;
      const mine = shared.get(handOver[rank.index]!)!;
      pieces.forEach(({ offset }, piece) => {
        const data = made[i]![piece]!;
        // All but this thread's own share, which it works on itself.
        const [start, end] = shareOf(data.length, rank);
        mine.set(data.subarray(0, start), offset);
        mine.set(data.subarray(end), offset + end);
      });
    });
    return outputs.map(({ dtype, answered, handOver }, i) =>
      answered ? joined(dtype, made[i]!, handOver !== undefined) : null,
    );
  };

  const update = (calls: readonly KernelCall[]): void => {
    for (const { kernel, arrays, scalars, outputs: targets, stretches } of calls) {
      stretches.forEach(({ offset, length }, piece) => {
        const [start, end] = shareOf(length, rank);
        const stretch = (data: Data): Float32Array => data.subarray(offset + start, offset + end) as Float32Array;
        const given = arrays.flatMap((array) =>
          'shared' in array
            ? [stretch(shared.get(array.shared)!)]
            : outputs[array.joint]!.handOver!.map((id, thread) =>
                thread === rank.index
                  ? (made[array.joint]![piece]!.subarray(start, end) as Float32Array)
                  : stretch(shared.get(id)!),
              ),
        );
        runners[kernel]!(
          given,
          scalars,
          targets.map((id) => stretch(shared.get(id)!)),
        );
      });
    }
    made = [];
  };
  return { run, update, close: () => session.release() };
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

const answer = async (question: Question): Promise<Reply> => {
  switch (question.kind) {
    case 'open':
      programs.set(question.program, await open(question));
      return { kind: 'done', joints: [] };
    case 'run':
      return { kind: 'done', joints: await programs.get(question.program)!.run(question) };
    case 'update':
      programs.get(question.program)!.update(question.calls);
      return { kind: 'done', joints: [] };
  }
};

const heed = (notice: Notice): void => {
  if (notice.kind === 'share') shared.set(notice.id, notice.data);
  else if (notice.kind === 'forget') {
    shared.delete(notice.id);
    copies.delete(notice.id);
  } else {
    void programs.get(notice.program)?.close();
    programs.delete(notice.program);
  }
};

const isQuestion = (message: Question | Notice): message is Question =>
  ['open', 'run', 'update'].includes(message.kind);

parentPort!.on('message', async (message: Question | Notice) => {
  if (!isQuestion(message)) return heed(message);
  const reply = await answer(message).catch(
    (thrown: unknown): Reply => ({
      kind: 'failed',
      message: thrown instanceof Error ? thrown.message : String(thrown),
    }),
  );
  const sent = reply.kind === 'done' ? reply.joints.flatMap((data) => (data === null ? [] : [data.buffer])) : [];
  parentPort!.postMessage(reply, [...new Set(sent)] as ArrayBuffer[]);
});
