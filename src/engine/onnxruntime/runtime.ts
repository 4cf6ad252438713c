import * as TE from 'fp-ts/lib/TaskEither.js';
import { type EngineError, engineError } from '../engine.js';
import { disableTelemetry } from './telemetry.js';

export type Runtime = typeof import('onnxruntime-node');

/** Loads the native library of ONNX Runtime, with its telemetry off unless the user has set ORT_DISABLE_TELEMETRY. */
export const loadRuntime: TE.TaskEither<EngineError, Runtime> = TE.tryCatch(
  async (): Promise<Runtime> => {
    await disableTelemetry();
    const loaded: Runtime & { readonly default?: Runtime } = await import('onnxruntime-node');
    // It is a CommonJS module. Only its default export surely has all members.
    return loaded.default ?? loaded;
  },
  (thrown) =>
    engineError(
      'unavailable',
      `onnxruntime-node does not load (${thrown instanceof Error ? thrown.message.split('\n')[0] : thrown}): reinstall it, or use an eager engine; see docs/engines.md`,
    ),
);
