/**
 * The checkpoint of a model of an experiment: what is written into it, and how training goes on from it.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { showPath } from '../core/tree.js';
import type { ModelParams } from '../models/classifier.js';
import {
  type Checkpoint,
  type CheckpointError,
  checkpointError,
  originIn,
  tensorsByPath,
} from '../train/checkpoint.js';
import type { MadeSnapshot, Snapshot } from '../train/fit-options.js';
import type { Origin } from '../train/origin.js';
import { restore } from '../train/restore.js';
import { declareState } from '../train/step.js';
import type { Prepared, PreparedModel } from './prepare.js';
import { sameJson } from './same-json.js';

/** What a checkpoint says about the run that it belongs to. */
const runOf = ({ config }: Prepared, model: PreparedModel): unknown => ({ model: model.name, config });

/** What a checkpoint of a model holds. `test`: the fingerprint of the images to test on. */
export const checkpointOf = (
  prepared: Prepared,
  model: PreparedModel,
  { state, progress, origin: { data, ...origin } }: MadeSnapshot<ModelParams>,
  test: Origin['data'],
): Checkpoint => {
  const { dataset, pipeline, optimizer } = prepared;
  const { averages } = optimizer;
  return {
    info: {
      ...origin,
      data: { ...data, ...test },
      model: model.config,
      pipeline: pipeline.transforms,
      classes: dataset.classes,
      run: runOf(prepared, model),
      ...(averages === undefined ? {} : { averages: showPath(['optimizer', ...averages]) }),
    },
    progress,
    tensors: tensorsByPath(state),
  };
};

/** The state in a checkpoint to go on from, if it is of this model in this run; `name` is for messages. */
export const snapshotIn =
  ({ info, progress, tensors }: Checkpoint, name: string) =>
  (prepared: Prepared, model: PreparedModel): E.Either<CheckpointError, Snapshot<ModelParams>> =>
    pipe(
      restore({ params: declareState<ModelParams>(model.declaration, prepared.optimizer) }, tensors),
      E.mapLeft(({ message }) => checkpointError(name, `is of another model: ${message}`)),
      E.filterOrElse(
        () => sameJson(info.run, runOf(prepared, model)),
        () =>
          checkpointError(
            name,
            `is of another run: expected the configuration of '${model.name}' in this run, got another one`,
          ),
      ),
      E.map((state) => ({ state, progress, origin: originIn(info) })),
    );
