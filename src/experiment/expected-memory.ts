import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ParameterSpec } from '../core/declaration.js';
import { map } from '../core/tree.js';
import { bytesHeld } from '../data/bytes-held.js';
import type { Engine, EngineError, ExpectedMemory, Value } from '../engine/engine.js';
import { inputOf } from '../models/families.js';
import { declareState, trainStep } from '../train/step.js';
import type { Prepared, PreparedModel } from './prepare.js';

/** What a run is expected to need at most. */
export interface RunMemory extends ExpectedMemory {
  /** What the images of the data set take of it, in memory that all threads share. */
  readonly data: number;
}

/** The shapes of what a training step takes. */
const stepShapes = ({ config, train, optimizer }: Prepared, { config: model, declaration }: PreparedModel) => {
  const { height, width, channels } = inputOf(model).image;
  const batch = Math.min(config.batchSize, train.count);
  const state = map<ParameterSpec, Value>(({ shape }) => ({ shape, dtype: 'float32' }))(
    declareState(declaration, optimizer),
  );
  return {
    state,
    batch: {
      input: { shape: [batch, height, width, channels], dtype: 'float32' },
      target: { shape: [batch], dtype: 'int32' },
    },
  };
};

/**
 * What the training of the most demanding model is expected to need; undefined if the engine does not know. Models are trained one after
 * the other. An error if one of them cannot fit.
 */
export const expectedMemory = (
  prepared: Prepared,
  engine: Engine,
): TE.TaskEither<EngineError, RunMemory | undefined> => {
  const { objective, optimizer, dataset } = prepared;
  const data = bytesHeld([dataset.train, dataset.test]);
  return pipe(
    prepared.models,
    TE.traverseSeqArray((each) =>
      engine.expectedMemory(
        trainStep({ model: each.model, objective, optimizer }),
        stepShapes(prepared, each) as never,
        { donate: ['state', 'batch'] },
      ),
    ),
    TE.map((all) => {
      const known = all.flatMap((one) => one ?? []);
      const [first, ...others] = known;
      if (first === undefined) return undefined;
      const { bytes, rounds } = others.reduce((most, one) => (one.bytes > most.bytes ? one : most), first);
      return { bytes: bytes + data, rounds, data };
    }),
  );
};
