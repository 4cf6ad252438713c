/**
 * Trained models in files for other programs.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../../core/config.js';
import type { EngineError } from '../../engine/engine.js';
import type { ExportError, ExportedModel } from '../../engine/index.js';
import { type FileError, writeAtomically } from '../../node/files.js';
import { decodingOf } from '../decoding-of.js';
import { type ExportTrainedOptions, exportTrained } from '../export/export-trained.js';
import type { RunModel } from './open-run.js';

export type ExportRunOptions = Pick<ExportTrainedOptions, 'attention' | 'weights'>;

export type ExportRunError = ConfigError | EngineError | ExportError | FileError;

/** A model of a run as an ONNX file, without writing it. See `exportTrained`. */
export const onnxOf = ({ title, model, config }: RunModel, options: ExportRunOptions) =>
  exportTrained(model, { ...options, title, decoding: decodingOf(model, config) });

/**
 * Writes a model of a run as an ONNX file: images in, probabilities out. See `exportTrained` for what is in it.
 *
 * @example
 * const run = await orThrow(openRun('runs/first'));
 * const { inputs, outputs } = await orThrow(writeOnnx(run, 'first.onnx', { weights: 'float16' }));
 */
export const writeOnnx = (
  run: RunModel,
  path: string,
  options: ExportRunOptions = {},
): TE.TaskEither<ExportRunError, ExportedModel> =>
  pipe(
    TE.fromEither(onnxOf(run, options)),
    TE.chainFirstW(({ bytes }) => writeAtomically(path, [bytes])),
  );
