import { engine, setBackend } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { findNativeTfjs, type Load, type NativePackage } from './find-native-tfjs.js';
import { loadTfjs } from './load-tfjs.js';

/** What became of loading a native tfjs package. */
export type NativeTfjs =
  | { readonly kind: 'loaded'; readonly gpu: boolean }
  | { readonly kind: 'absent'; readonly why: string };

/** `grow` takes the GPU's memory as it is needed, `all` takes it at the start. */
export type GpuMemory = 'grow' | 'all';

export interface NativeOptions {
  /** Brings in a native package; unless told otherwise the copy that `setup:tfjs-node` built, else the project's. */
  readonly load?: Load;
  /** Unless told otherwise what TF_FORCE_GPU_ALLOW_GROWTH says, or `grow`. Counts when a process loads TensorFlow, once. */
  readonly gpuMemory?: GpuMemory;
}

/** The backend that both native packages register. */
export const NATIVE_BACKEND = 'tensorflow';

// TensorFlow reads its environment when it is loaded. Below level 1 it greets with the features of the processor.
const setEnvironment = (memory: GpuMemory | undefined): void => {
  const { env } = process;
  if (memory !== undefined) env.TF_FORCE_GPU_ALLOW_GROWTH = String(memory === 'grow');
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  env.TF_CPP_MIN_LOG_LEVEL ??= '1';
};

/** The native backend, if one is registered, and whose it is. */
const registered = (): { readonly name: NativePackage; readonly gpu: boolean } | undefined => {
  const backend: unknown = engine().findBackend(NATIVE_BACKEND);
  if (typeof backend !== 'object' || backend === null) return undefined;
  const is = (property: string): boolean => (backend as Readonly<Record<string, unknown>>)[property] === true;
  return {
    name: is('isGPUPackage') ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node',
    gpu: is('isUsingGpuDevice'),
  };
};

/** Loads tfjs-node or tfjs-node-gpu. tfjs's current backend is as before afterwards, also when loading fails. */
export const loadNativeTfjs = async (name: NativePackage, options: NativeOptions = {}): Promise<NativeTfjs> => {
  const absent = (why: string): NativeTfjs => ({ kind: 'absent', why });
  if (typeof process === 'undefined') return absent(`${name} needs Node`);
  // It takes the first place among the backends, so another one must be current before.
  const tfjs = await loadTfjs();
  if (E.isLeft(tfjs)) return absent(tfjs.left.message);
  const before = engine().backendName;
  try {
    if (registered() === undefined) {
      setEnvironment(options.gpuMemory);
      const loaded = await (options.load ?? findNativeTfjs)(name)();
      if (E.isLeft(loaded)) return absent(loaded.left);
    }
    const here = registered();
    if (here === undefined) return absent(`${name} registers no backend`);
    // They share the name of their backend, and the first one stays.
    return here.name === name
      ? { kind: 'loaded', gpu: here.gpu }
      : absent(`${name} cannot be loaded into a process that has ${here.name}`);
  } finally {
    await setBackend(before);
  }
};
