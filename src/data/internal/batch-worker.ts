/**
 * The thread behind `batchThread`. It makes batches in the order in which they are requested and gives their memory away.
 * It loads no package: tfjs alone would take it half a second, and it is there to save time.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type PipelineData, pipeline } from '../augment/pipeline.js';
import { type BatchRequest, makeBatch } from '../batches.js';
import type { Reply } from './batch-thread.js';

const { transforms, statistics } = workerData as PipelineData;
const make = makeBatch(pipeline(transforms, statistics));

const reply = (answer: Reply, transfer: readonly ArrayBuffer[] = []): void =>
  parentPort!.postMessage(answer, [...transfer]);

parentPort!.on('message', (request: BatchRequest) => {
  try {
    const batch = make(request);
    reply(
      { kind: 'made', batch },
      [batch.images, batch.labels].map(({ data }) => data.buffer as ArrayBuffer),
    );
  } catch (thrown) {
    reply({ kind: 'failed', reason: String(thrown) });
  }
});

reply({ kind: 'ready' });
