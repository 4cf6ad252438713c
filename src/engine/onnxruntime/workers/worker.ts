/**
 * A thread of the engine: it runs its part of a program in a session of its own, on one core, and then its share of the
 * kernels. Shared memory carries what threads need of each other.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { orThrow } from '../../../core/or-throw.js';
import { loadRuntime } from '../runtime.js';
import type { Notice, Question, Rank, Reply } from './messages.js';
import { openPart } from './open-part.js';
import { openTails } from './open-tails.js';
import { threadMemory } from './thread-memory.js';

const runtime = await orThrow(loadRuntime);
const rank: Rank = workerData;
const memory = threadMemory();
const programs = new Map<number, Awaited<ReturnType<typeof open>>>();

const open = async (question: Extract<Question, { kind: 'open' }>) => {
  const part = await openPart(runtime, rank, memory, question);
  const tails = await openTails(runtime, rank, memory, question);
  return { part, tails };
};

const update = async ({ program, calls }: Extract<Question, { kind: 'update' }>): Promise<void> => {
  const { part, tails } = programs.get(program)!;
  await tails.update(calls, part.made());
};

const answer = async (question: Question): Promise<Reply> => {
  switch (question.kind) {
    case 'open':
      programs.set(question.program, await open(question));
      return { kind: 'done', joints: [] };
    case 'run':
      return { kind: 'done', joints: await programs.get(question.program)!.part.run(question) };
    case 'update':
      await update(question);
      return { kind: 'done', joints: [] };
  }
};

const heed = (notice: Notice): void => {
  if (notice.kind === 'share') memory.share(notice.id, notice.data);
  else if (notice.kind === 'forget') memory.forget(notice.id);
  else {
    const program = programs.get(notice.program);
    programs.delete(notice.program);
    void program?.part.close();
    void program?.tails.close();
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
