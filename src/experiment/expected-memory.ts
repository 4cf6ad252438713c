import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ParameterSpec } from '../core/declaration.js';
import { map } from '../core/tree.js';
import { bytesHeld } from '../data/bytes-held.js';
import type { Engine, EngineError, ExpectedMemory, Value } from '../engine/engine.js';
import { type DeclaredClassifier, inputOf } from '../models/families.js';
import type { Optimizer } from '../train/optimizer/optimizer.js';
import { declareState, trainStep } from '../train/step.js';
import type { Prepared } from './prepare.js';

/** What a run is expected to need at most. */
export interface RunMemory extends ExpectedMemory {
  /** What the images of the data set take of it, in memory that all threads share. */
  readonly data: number;
}

/** The shapes of what a training step takes. */
const stepShapes = ({ config, declaration }: DeclaredClassifier, optimizer: Optimizer, batchSize: number) => {
  const { height, width, channels } = inputOf(config).image;
  const state = map<ParameterSpec, Value>(({ shape }) => ({ shape, dtype: 'float32' }))(
    declareState(declaration, optimizer),
  );
  return {
    state,
    batch: {
      input: { shape: [batchSize, height, width, channels], dtype: 'float32' },
      target: { shape: [batchSize], dtype: 'int32' },
    },
  };
};

/** What a training step of a model is expected to need; undefined if the engine does not know. An error if it cannot fit. */
export const stepMemory = (
  engine: Engine,
  declared: DeclaredClassifier,
  { objective, optimizer, batchSize }: Pick<Prepared, 'objective' | 'optimizer'> & { readonly batchSize: number },
): TE.TaskEither<EngineError, ExpectedMemory | undefined> =>
  engine.expectedMemory(
    trainStep({ model: declared.model, objective, optimizer }),
    stepShapes(declared, optimizer, batchSize) as never,
    { donate: ['state', 'batch'] },
  );

/**
 * What the training of the most demanding model is expected to need; undefined if the engine does not know. Models are trained one after
 * the other. An error if one of them cannot fit.
 */
export const expectedMemory = (
  prepared: Prepared,
  engine: Engine,
): TE.TaskEither<EngineError, RunMemory | undefined> => {
  const { objective, optimizer, dataset, config, train } = prepared;
  const batchSize = Math.min(config.batchSize, train.count);
  const data = bytesHeld([dataset.train, dataset.test]);
  return pipe(
    prepared.models,
    TE.traverseSeqArray((each) => stepMemory(engine, each, { objective, optimizer, batchSize })),
    TE.map((all) => {
      const known = all.flatMap((one) => one ?? []);
      const [first, ...others] = known;
      if (first === undefined) return undefined;
      const { bytes, rounds } = others.reduce((most, one) => (one.bytes > most.bytes ? one : most), first);
      return { bytes: bytes + data, rounds, data };
    }),
  );
};
