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
import type { FileError } from '../../node/files.js';
import { decodingOf } from '../decoding-of.js';
import { type ExportTrainedOptions, exportTrained } from '../export/export-trained.js';
import type { RunModel } from './open-run.js';
import { type OutputOptions, writeFile } from './output.js';

export type ExportRunOptions = Pick<ExportTrainedOptions, 'attention' | 'weights'> & OutputOptions;

export type ExportRunError = ConfigError | EngineError | ExportError | FileError;

/** A model of a run as an ONNX file, without writing it. See `exportTrained`. */
export const onnxOf = ({ title, model, config }: RunModel, { attention, weights = 'float32' }: ExportRunOptions) =>
  exportTrained(model, { attention, weights, title, decoding: decodingOf(model, config) });

/**
 * Writes a model of a run as an ONNX file: images in, probabilities out. See `exportTrained` for what is in it.
 *
 * Errors: those of `exportTrained`, and a `FileError`, also where there is such a file and `replace` is not true.
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
    TE.chainFirstW(({ bytes }) => writeFile(path, [bytes], options)),
  );
