import { engine, setBackend } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { findNativeTfjs, type Load, type NativePackage } from './find-native-tfjs.js';
import { loadTfjs } from './load-tfjs.js';

/** The result of loading a native tfjs package. */
export type NativeTfjs =
  | { readonly kind: 'loaded'; readonly gpu: boolean }
  | { readonly kind: 'absent'; readonly why: string };

/** `grow` allocates GPU memory as needed, `all` allocates it at the start. */
export type GpuMemory = 'grow' | 'all';

export interface NativeOptions {
  /** Loads a native package. Default: the copy that `setup:tfjs-node` built, else the project's. */
  readonly load?: Load;
  /** Default: TF_FORCE_GPU_ALLOW_GROWTH if set, else `grow`. Read once, when the process loads TensorFlow. */
  readonly gpuMemory?: GpuMemory;
}

/** The backend that both native packages register. */
export const NATIVE_BACKEND = 'tensorflow';

// TensorFlow reads its environment when it is loaded. At log level 0 it prints the features of the processor.
const setEnvironment = (memory: GpuMemory | undefined): void => {
  const { env } = process;
  if (memory !== undefined) env.TF_FORCE_GPU_ALLOW_GROWTH = String(memory === 'grow');
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  env.TF_CPP_MIN_LOG_LEVEL ??= '1';
};

/** The package of the native backend, if one is registered. */
const registered = (): { readonly name: NativePackage; readonly gpu: boolean } | undefined => {
  const backend: unknown = engine().findBackend(NATIVE_BACKEND);
  if (typeof backend !== 'object' || backend === null) return undefined;
  const is = (property: string): boolean => (backend as Readonly<Record<string, unknown>>)[property] === true;
  return {
    name: is('isGPUPackage') ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node',
    gpu: is('isUsingGpuDevice'),
  };
};

/** Loads tfjs-node or tfjs-node-gpu and restores tfjs's current backend, also if loading fails. */
export const loadNativeTfjs = async (name: NativePackage, options: NativeOptions = {}): Promise<NativeTfjs> => {
  const absent = (why: string): NativeTfjs => ({ kind: 'absent', why });
  if (typeof process === 'undefined') return absent(`${name} needs Node`);
  // The native backend makes itself the default, so another backend must be current before.
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
    // Both register the same backend name, and the first registration stays.
    return here.name === name
      ? { kind: 'loaded', gpu: here.gpu }
      : absent(`${name} cannot be loaded into a process that has loaded ${here.name}`);
  } finally {
    await setBackend(before);
  }
};
