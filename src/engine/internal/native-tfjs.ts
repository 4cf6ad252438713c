import { engine, setBackend } from '@tensorflow/tfjs-core';

/** What became of loading a native tfjs package. */
export type NativeTfjs =
  | { readonly kind: 'loaded'; readonly gpu: boolean }
  | { readonly kind: 'absent'; readonly why: string };

/** How a package is brought in; tests bring in others. */
export type Load = (name: string) => Promise<unknown>;

/** The backend that both native packages register. */
export const NATIVE_BACKEND = 'tensorflow';

const absence = (name: string, thrown: unknown): string => {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return `${name} is not installed`;
  return /native addon module .* can not be found/.test(message)
    ? `${name} is installed without its native part (npm skipped its download)`
    : `${name} does not load (${message.split('\n')[0]})`;
};

/**
 * tfjs-node 4.22 uses two functions that Node 23 took away (https://github.com/tensorflow/tfjs/issues/8425; merged there,
 * never released). This can go with the first release after 4.22.0.
 */
const restoreUtilFunctions = async (): Promise<void> => {
  const { default: util } = await import('node:util');
  const missing = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  };
  Object.assign(util, Object.fromEntries(Object.entries(missing).filter(([name]) => !(name in util))));
};

/** Loads tfjs-node or tfjs-node-gpu. tfjs's current backend is as before afterwards, also when loading fails. */
export const loadNativeTfjs = async (name: string, load: Load): Promise<NativeTfjs> => {
  const before = engine().backendName;
  try {
    await restoreUtilFunctions();
    await load(name);
    await setBackend(NATIVE_BACKEND);
    const backend: unknown = engine().findBackend(NATIVE_BACKEND);
    const gpu =
      typeof backend === 'object' &&
      backend !== null &&
      'isUsingGpuDevice' in backend &&
      backend.isUsingGpuDevice === true;
    return { kind: 'loaded', gpu };
  } catch (thrown) {
    return { kind: 'absent', why: absence(name, thrown) };
  } finally {
    if (before) await setBackend(before);
  }
};
