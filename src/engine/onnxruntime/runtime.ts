import * as TE from 'fp-ts/lib/TaskEither.js';
import { type EngineError, engineError } from '../engine.js';

export type Runtime = typeof import('onnxruntime-node');

/** Loads ONNX Runtime's native part. */
export const loadRuntime: TE.TaskEither<EngineError, Runtime> = TE.tryCatch(
  async () => {
    const loaded = await import('onnxruntime-node');
    // A CommonJS module: its members are on the default export too, and surely there.
    return (loaded as { readonly default?: Runtime }).default ?? loaded;
  },
  (thrown) =>
    engineError(
      'unavailable',
      `onnxruntime-node does not load (${thrown instanceof Error ? thrown.message.split('\n')[0] : thrown}): reinstall it, or use an eager engine; see docs/engines.md`,
    ),
);
