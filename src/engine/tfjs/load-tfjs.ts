import { ready } from '@tensorflow/tfjs-core';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type EngineError, engineError } from '../engine.js';
import { quietCpuBackend } from './quiet.js';
import { registerGradients } from './register-gradients.js';

/** Loads what tfjs-core does not contain: gradients, with those that tfjs lacks, and the plain JavaScript backend. */
export const loadTfjs: TE.TaskEither<EngineError, void> = TE.tryCatch(
  async () => {
    await import('@tensorflow/tfjs');
    registerGradients();
    await ready();
    quietCpuBackend();
  },
  (thrown) =>
    engineError('unavailable', `@tensorflow/tfjs does not load (${thrown instanceof Error ? thrown.message : thrown})`),
);
