/**
 * A trained model as a folder for a model hub.
 *
 * @module
 */
import { basename, dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { decode } from '../../core/config.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { leaves } from '../../core/tree.js';
import { type FileError, readBytes } from '../../node/files.js';
import { sha256 } from '../../node/sha256.js';
import { type CheckpointError, checkpointError, encodeCheckpoint, paramsIn } from '../../train/checkpoint.js';
import { loadCheckpoint } from '../../train/node/checkpoint-file.js';
import { decodingOf } from '../decoding-of.js';
import { modelCard, type TestResult } from '../export/model-card.js';
import { type ExportRunError, type ExportRunOptions, onnxOf } from './export-run.js';
import type { RunModel } from './open-run.js';
import { textFile, writeFolder } from './output.js';

const TestLine = t.type({
  kind: t.literal('test'),
  model: t.string,
  images: t.number,
  top1: t.number,
  top5: t.number,
});

const parsed = (line: string): E.Either<unknown, t.TypeOf<typeof TestLine>> =>
  pipe(
    E.tryCatch(
      () => JSON.parse(line) as unknown,
      (error) => error,
    ),
    E.chainW(decode(TestLine)),
  );

/** The test result of a model in the metrics of its run, of which the newest epoch was tested. */
const testOf = ({ start, path, name }: RunModel) => {
  if (start === undefined || basename(path) !== `${name}.safetensors`) return TE.right(undefined);
  return pipe(
    readBytes(join(dirname(path), 'metrics.jsonl')),
    TE.map((bytes): TestResult | undefined =>
      new TextDecoder()
        .decode(bytes)
        .split('\n')
        .flatMap((line) => {
          const test = parsed(line);
          return E.isRight(test) && test.right.model === name ? [test.right] : [];
        })
        .at(-1),
    ),
    // A run that was stopped has no metrics yet.
    TE.orElse(() => TE.right<never, TestResult | undefined>(undefined)),
  );
};

/** The checkpoint without the state of the optimizer: `loadModel` and `openRun` read it as any other. */
const weightsOf = (path: string): TE.TaskEither<FileError | CheckpointError, readonly Uint8Array[]> =>
  pipe(
    loadCheckpoint(path),
    TE.chainEitherKW((checkpoint) => {
      const { averages: _, ...info } = checkpoint.info;
      const tensors = Object.entries(paramsIn(checkpoint)).map(([path, tensor]) => [`params/${path}`, tensor] as const);
      return encodeCheckpoint({ ...checkpoint, info, tensors: Object.fromEntries(tensors) }, sha256);
    }),
    TE.mapLeft((error) => (error._tag === 'SafetensorsError' ? checkpointError(path, error.message) : error)),
  );

/** The files of the folder. */
export const HUB_FILES = ['README.md', 'config.json', 'model.onnx', 'model.safetensors'] as const;

/**
 * Writes a folder that can be uploaded to a model hub as it stands: `model.safetensors` (a checkpoint with the parameters alone),
 * `config.json` (the model, its classes, how images are read, the transforms and the experiment), `model.onnx` and a model card `README.md`
 * with the data, the recipe, the results with their intervals, and how to load it; what only its author knows is marked `TODO`.
 * Nothing is uploaded.
 *
 * Errors: those of `exportTrained`, of reading the checkpoint, and a `FileError`, also for files that are there where `replace` is not true.
 * Then nothing is written.
 *
 * @example
 * const run = await orThrow(openRun('runs/first'));
 * await orThrow(writeHubFolder(run, 'hub'));
 */
export const writeHubFolder = (
  run: RunModel,
  folder: string,
  options: ExportRunOptions = {},
): TE.TaskEither<ExportRunError | CheckpointError, void> => {
  const { title, model, config, path, epochs } = run;
  const decoding = decodingOf(model, config);
  const about = {
    title,
    model: model.config,
    classes: model.classes,
    images: decoding,
    transforms: model.pipeline.transforms,
    experiment: config ?? null,
  };
  const parameters = leaves<HostTensor>(model.params).reduce((sum, { data }) => sum + data.length, 0);
  return pipe(
    TE.Do,
    TE.bind('onnx', () => TE.fromEither(onnxOf(run, options))),
    TE.bindW('weights', () => weightsOf(path)),
    TE.bindW('test', () => testOf(run)),
    TE.chainW(({ onnx, weights, test }) => {
      const card = modelCard({ title, classes: model.classes, parameters, epochs, decoding, config, test });
      const files = [
        textFile('README.md', card),
        textFile('config.json', `${JSON.stringify(about, null, 2)}\n`),
        { name: 'model.onnx', chunks: [onnx.bytes] },
        { name: 'model.safetensors', chunks: weights },
      ];
      return writeFolder(folder, files, options);
    }),
  );
};
