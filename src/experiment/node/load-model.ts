import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ShapeError } from '../../core/errors.js';
import type { FileError } from '../../node/files.js';
import type { CheckpointError } from '../../train/checkpoint.js';
import { loadCheckpoint } from '../../train/node/checkpoint-file.js';
import { type TrainedModel, trainedModel } from '../trained-model.js';

/**
 * Loads the model of a checkpoint file, ready to predict without its training set: the newest of a run, `NAME.safetensors`, or that of the
 * epoch with the best validation accuracy, `NAME.best.safetensors`.
 *
 * Errors: a `FileError` for a file that cannot be read, a `CheckpointError` for one that is damaged or is not a checkpoint.
 *
 * @example
 * const { predict, classes } = await orThrow(loadModel('runs/first/spt-lsa.best.safetensors'));
 * const [prediction] = await orThrow(predict(engine)([dataset.test.image(0)]));
 */
export const loadModel = (path: string): TE.TaskEither<FileError | CheckpointError | ShapeError, TrainedModel> =>
  pipe(loadCheckpoint(path), TE.chainEitherKW(trainedModel(path)));
