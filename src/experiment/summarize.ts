import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import { countParameters } from '../core/declaration.js';
import { describeLayers, type LayerDescription } from '../core/describe-layers.js';
import type { ShapeError } from '../core/errors.js';
import type { Engine, EngineError, ExpectedMemory } from '../engine/engine.js';
import type { ClassifierInput } from '../models/classifier.js';
import { declareModel, inputOf, type ModelConfig } from '../models/families.js';
import { classification } from '../train/objectives/classification.js';
import type { Optimizer } from '../train/optimizer/optimizer.js';
import type { ExperimentConfig } from './config.js';
import { stepMemory } from './expected-memory.js';
import { optimizerOf } from './optimizer-of.js';

/** What a model is made of and what it costs. */
export interface ModelSummary {
  readonly name: string;
  readonly title: string;
  readonly input: ClassifierInput;
  readonly parameters: number;
  /** Multiply-accumulates of a forward pass over one image. */
  readonly macs: number;
  /** For one image. */
  readonly layers: readonly LayerDescription[];
}

/** What a training step is expected to need at most. */
export interface TrainingMemory extends ExpectedMemory {
  readonly batchSize: number;
}

/**
 * Summarizes a model from its configuration. Nothing is allocated.
 *
 * @example
 * const { parameters, layers } = orThrow(summarizeModel({ name: 'sl', title: 'SPT + LSA', config: quickstartModels.sl }));
 */
export const summarizeModel = ({
  name,
  title,
  config,
}: {
  readonly name: string;
  readonly title: string;
  readonly config: ModelConfig;
}): E.Either<ShapeError, ModelSummary> =>
  pipe(
    declareModel(config),
    E.map(({ declaration }) => ({
      name,
      title,
      input: inputOf(config),
      parameters: countParameters(declaration),
      macs: declaration.macs,
      layers: describeLayers(declaration),
    })),
  );

/** The optimizer of an experiment for a run of any length, which has no influence on the memory. */
const optimizerFor = (experiment: ExperimentConfig): E.Either<ShapeError | ConfigError, Optimizer> =>
  pipe(
    experiment.models,
    E.traverseArray(({ name, config }) =>
      pipe(
        declareModel(config),
        E.map(({ declaration }) => ({ name, declaration })),
      ),
    ),
    E.chainW((models) => optimizerOf(experiment, models, Number.MAX_SAFE_INTEGER)),
  );

/**
 * What a training step of a model with the batch size of its experiment is expected to need at most, images aside; undefined if the engine
 * does not know. The step is traced but does not run.
 *
 * Errors: an `EngineError` `memory` if it cannot fit.
 */
export const trainingMemory = (
  experiment: ExperimentConfig,
  model: ModelConfig,
  engine: Engine,
): TE.TaskEither<ShapeError | ConfigError | EngineError, TrainingMemory | undefined> => {
  const { batchSize, labelSmoothing } = experiment;
  return pipe(
    E.Do,
    E.bind('declared', () => declareModel(model)),
    E.bindW('objective', () => classification({ classes: inputOf(model).classes, labelSmoothing })),
    E.bindW('optimizer', () => optimizerFor(experiment)),
    TE.fromEither,
    TE.chainW(({ declared, objective, optimizer }) =>
      stepMemory(engine, declared, { objective, optimizer, batchSize }),
    ),
    TE.map((expected) => expected && { ...expected, batchSize }),
  );
};
