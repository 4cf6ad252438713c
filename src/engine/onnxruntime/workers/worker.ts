/**
 * A worker thread of the engine. It runs its shard of a program in a session of its own, on one core, and then its range
 * of the epilogues. Workers exchange data through shared buffers.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { orThrow } from '../../../core/or-throw.js';
import { collectArrays } from '../../../node/collect-garbage.js';
import { loadRuntime } from '../runtime.js';
import type { Notification, OpenRequest, Rank, Request, Response } from './messages.js';
import { type OpenEpilogues, openEpilogues } from './open-epilogues.js';
import { type OpenShard, openShard } from './open-shard.js';
import { threadMemory } from './thread-memory.js';

interface OpenProgram {
  readonly shard: OpenShard;
  readonly epilogues: OpenEpilogues;
}

const runtime = await orThrow(loadRuntime);
const rank: Rank = workerData;
const memory = threadMemory();
const programs = new Map<number, OpenProgram>();

const open = async (request: OpenRequest): Promise<void> => {
  memory.tidy();
  const shard = await openShard(runtime, rank, memory, request);
  const epilogues = await openEpilogues(runtime, rank, memory, request);
  programs.set(request.program, { shard, epilogues });
};

const opened = (id: number): OpenProgram => {
  const program = programs.get(id);
  if (program === undefined) throw new Error(`a worker thread has no program ${id}`);
  return program;
};

const respond = async (request: Request): Promise<Response> => {
  switch (request.kind) {
    case 'open':
      await open(request);
      return { kind: 'done', partials: [] };
    case 'run':
      return { kind: 'done', partials: await opened(request.program).shard.run(request) };
    case 'update': {
      const { shard, epilogues } = opened(request.program);
      await epilogues.update(request.calls, shard.partials());
      return { kind: 'done', partials: [] };
    }
  }
};

const handleNotification = (notification: Notification): void => {
  if (notification.kind === 'share') memory.share(notification.id, notification.data);
  else if (notification.kind === 'forget') memory.forget(notification.id);
  else {
    const program = programs.get(notification.program);
    programs.delete(notification.program);
    void Promise.all([program?.shard.close(), program?.epilogues.close()]).then(collectArrays);
  }
};

const isRequest = (message: Request | Notification): message is Request =>
  ['open', 'run', 'update'].includes(message.kind);

parentPort?.on('message', async (message: Request | Notification) => {
  if (!isRequest(message)) return handleNotification(message);
  const response = await respond(message).catch(
    (thrown: unknown): Response => ({
      kind: 'failed',
      message: thrown instanceof Error ? thrown.message : String(thrown),
    }),
  );
  const sent = response.kind === 'done' ? response.partials.flat().map(({ buffer }) => buffer) : [];
  const transferred = [...new Set(sent)].filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(response, transferred);
});
