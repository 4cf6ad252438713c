/**
 * The module of the thread behind `decoderThread`.
 *
 * @module
 */
import { workerData } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import type { DecoderData, DecoderReply, DecoderRequest } from './decoder-thread.js';
import { readImageFile } from './read-image-file.js';

const { paths, decoding, signal, port }: DecoderData = workerData;

const decode = async (index: number): Promise<DecoderReply> => {
  const path = paths[index] ?? '';
  const made = await readImageFile(path, decoding)();
  return E.isLeft(made) ? { problem: `${path}: ${made.left.detail}` } : { pixels: made.right };
};

// Mutable: images that are being decoded or wait to be read.
const begun = new Map<number, Promise<DecoderReply>>();

port.on('message', async (request: DecoderRequest) => {
  if ('begin' in request) {
    for (const index of request.begin) if (!begun.has(index)) begun.set(index, decode(index));
    return;
  }
  const { read } = request;
  const reply = await (begun.get(read) ?? decode(read));
  begun.delete(read);
  port.postMessage(reply);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
