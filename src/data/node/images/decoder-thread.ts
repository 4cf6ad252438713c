/**
 * A thread that decodes images for a thread that waits: sharp only works asynchronously, but an image source is read
 * synchronously.
 *
 * @module
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { workerThreads } from '../../../node/node-modules.js';
import { startWorker } from '../../../node/start-worker.js';
import type { ImageDecoding } from '../../image-decoding.js';

/** What the thread is started with. */
export interface DecoderData {
  readonly paths: readonly string[];
  readonly decoding: ImageDecoding;
  /** One int32 in shared memory: 0 while an image is waited for. */
  readonly signal: Int32Array;
  readonly port: MessagePort;
}

/** A message to the thread: decode these images ahead, or send this one. */
export type DecoderRequest = { readonly begin: readonly number[] } | { readonly read: number };

/** The image that was asked for, or what is wrong with it. */
export type DecoderReply = { readonly pixels: Uint8Array } | { readonly problem: string };

export interface DecoderThread {
  /** The values of an image. Throws if it cannot be decoded. */
  readonly read: (index: number) => Uint8Array;
  /** Begins to decode images that will be read soon. */
  readonly begin: (indices: readonly number[]) => void;
}

// Long enough for any image. Without an end, a thread that died would be waited for forever.
const MOST_MILLISECONDS = 120_000;

/** Starts a thread that decodes. It ends with the thread that starts it, and does not keep the process alive. */
export const decoderThread = ({ paths, decoding }: Pick<DecoderData, 'paths' | 'decoding'>): DecoderThread => {
  const threads = workerThreads();
  if (threads === undefined) throw new Error('expected Node with node:worker_threads');
  const { port1, port2 } = new threads.MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const data: DecoderData = { paths, decoding, signal, port: port2 };
  const worker = startWorker(new URL('./decoder-worker.js', import.meta.url), data, [port2]);
  worker.unref();
  port1.unref();
  // Mutable: after a wait without an answer, a late one would be taken for the next.
  let lost = false;
  const post = (request: DecoderRequest): void => port1.postMessage(request);
  return {
    begin: (indices) => post({ begin: indices }),
    read: (index) => {
      Atomics.store(signal, 0, 0);
      post({ read: index });
      if (!lost) Atomics.wait(signal, 0, 0, MOST_MILLISECONDS);
      const received: { readonly message: DecoderReply } | undefined = lost ? undefined : receiveMessageOnPort(port1);
      lost = received === undefined;
      if (received === undefined)
        throw new Error(`${paths[index]}: expected an image, but the thread that decodes does not answer`);
      const { message } = received;
      if ('problem' in message) throw new Error(message.problem);
      return message.pixels;
    },
  };
};
