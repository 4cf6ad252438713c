/**
 * Node's own modules without an import, so that a bundler for browsers finds none. All are undefined outside Node.
 *
 * @module
 */
const builtIn = typeof process === 'undefined' ? undefined : process.getBuiltinModule;

/** `node:worker_threads`, if this is Node. */
export const workerThreads = (): typeof import('node:worker_threads') | undefined => builtIn?.('node:worker_threads');

/** The number of threads that can run at the same time. */
export const processorCount = (): number => builtIn?.('node:os').availableParallelism() ?? 1;

/** The processor, as its maker names it; empty where it is unknown. */
export const processorName = (): string => builtIn?.('node:os').cpus()[0]?.model.trim() ?? '';

/** The memory of this machine in bytes. */
export const totalMemory = (): number => builtIn?.('node:os').totalmem() ?? Number.POSITIVE_INFINITY;

/** `node:v8`, if this is Node. */
export const v8 = (): typeof import('node:v8') | undefined => builtIn?.('node:v8');

/** `node:vm`, if this is Node. */
export const vm = (): typeof import('node:vm') | undefined => builtIn?.('node:vm');
