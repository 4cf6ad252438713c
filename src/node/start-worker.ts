import type { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread from a module of this package: `startWorker(new URL('./worker.js', import.meta.url), data)`.
 * Run from its sources, in tests and benchmarks, the module is TypeScript, for which Node 20 needs tsx.
 */
export const startWorker = async (module: URL, workerData: unknown): Promise<Worker> => {
  const { Worker } = await import('node:worker_threads');
  if (!import.meta.url.endsWith('.ts')) return new Worker(module, { workerData });
  const source = module.href.replace(/\.js$/, '.ts');
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(code, { workerData, eval: true, execArgv: [] });
};
