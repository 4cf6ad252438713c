import type { Worker } from 'node:worker_threads';
import { workerThreads } from './node-modules.js';

/**
 * Starts a worker thread from a module of this package: `startWorker(new URL('./worker.js', import.meta.url), data)`.
 * When this package runs from its sources, in tests and benchmarks, the module is TypeScript, which Node 20 reads with tsx.
 */
export const startWorker = async (module: URL, workerData: unknown): Promise<Worker> => {
  const threads = workerThreads();
  if (threads === undefined) throw new Error('expected Node with node:worker_threads');
  if (!import.meta.url.endsWith('.ts')) return new threads.Worker(module, { workerData });
  const source = module.href.replace(/\.js$/, '.ts');
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new threads.Worker(code, { workerData, eval: true, execArgv: [] });
};
