import type { TransferListItem, Worker } from 'node:worker_threads';
import { workerThreads } from './node-modules.js';

/**
 * Starts a worker thread from a module of this package: `startWorker(new URL('./worker.js', import.meta.url), data)`. Throws if
 * the data cannot be sent.
 * When this package runs from its sources, in tests and benchmarks, the module is TypeScript, which Node 20 reads with tsx.
 */
export const startWorker = (
  module: URL,
  workerData: unknown,
  transferList: readonly TransferListItem[] = [],
): Worker => {
  const threads = workerThreads();
  if (threads === undefined) throw new Error('expected Node with node:worker_threads');
  const options = { workerData, transferList: [...transferList] };
  if (!import.meta.url.endsWith('.ts')) return new threads.Worker(module, options);
  const source = module.href.replace(/\.js$/, '.ts');
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new threads.Worker(code, { ...options, eval: true, execArgv: [] });
};
