/** A worker thread of a user, which trains. */
import { parentPort, workerData } from 'node:worker_threads';
import { dividing, train } from './work.js';

const seed: number = workerData;
const { bits } = await train(await dividing(), seed);
parentPort?.postMessage(bits);
