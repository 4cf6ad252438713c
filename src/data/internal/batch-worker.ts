/**
 * The module of the threads behind `batchThread`. It makes batches in the order of the requests and transfers their memory.
 * It must not load tfjs, which would take half a second.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { PipelineData } from '../augment/pipeline.js';
import { batchError } from '../batch-error.js';
import type { ImageSource } from '../image-source.js';
import { makeBatch } from '../make-batch.js';
import type { MadeBatch } from './batch-maker.js';
import type { Message, Reply } from './batch-thread.js';
import { rebuildPipeline } from './rebuild-pipeline.js';
import { rebuildSource } from './rebuild-source.js';

const port = parentPort;
if (port === null) throw new Error('expected to run in a worker thread');
const data: PipelineData = workerData;
const make = makeBatch(await rebuildPipeline(data));

type Rebuilt = E.Either<unknown, ImageSource>;
const sources: Promise<Rebuilt>[] = [];

const madeFrom = (rebuilt: Rebuilt | undefined, request: Extract<Message, { kind: 'make' }>['request']): MadeBatch => {
  if (rebuilt === undefined) return E.left(batchError('expected a source that was sent before'));
  return E.isLeft(rebuilt)
    ? E.left(batchError(`a source of images cannot be made in a thread: ${rebuilt.left}`))
    : make({ ...request, source: rebuilt.right });
};

const reply = (answer: Reply, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(answer, [...transfer]);

// One after the other, as rebuilding a source may take a while.
let last: Promise<void> = Promise.resolve();
port.on('message', (message: Message) => {
  if (message.kind === 'source') {
    sources.push(rebuildSource(message.data).then(E.right, E.left));
    return;
  }
  last = last.then(async () => {
    const made = madeFrom(await sources[message.source], message.request);
    const tensors = E.isRight(made) ? [made.right.input, made.right.target] : [];
    reply(
      { kind: 'made', made },
      tensors.flatMap(({ data: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
    );
  });
});

reply({ kind: 'ready' });
