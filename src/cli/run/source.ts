/**
 * What a run begins with when it begins at a trained model.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError } from '../../core/config.js';
import type { Dataset } from '../../data/image-source.js';
import type { ExperimentConfig } from '../../experiment/config.js';
import type { Weights } from '../../experiment/initial-params.js';
import { folderStore } from '../../experiment/node/folder-store.js';
import type { OpenRunError } from '../../experiment/node/open-run.js';
import { type FileWeights, readWeights } from '../../experiment/node/read-weights.js';
import { recipeEpochs } from '../../experiment/recipe.js';
import type { RunStart } from '../../experiment/store.js';

/** The experiment that a model was trained in, with this model alone; undefined if there is none. */
export const experimentOf = ({ run }: FileWeights): ExperimentConfig | undefined => {
  const { config, name } = run ?? {};
  return config && { ...config, models: config.models.filter((model) => model.name === name) };
};

/** The experiment of a recipe, for as many epochs as its images are trained now; another one as it is. */
export const withRecipeEpochs =
  ({ train }: Dataset) =>
  (config: ExperimentConfig): ExperimentConfig =>
    config.name === 'recipe' ? { ...config, epochs: recipeEpochs(train.count) } : config;

/**
 * The weights that a run began at, if one of its models has no checkpoint yet and so begins there again.
 *
 * Errors: those of reading them; a `ConfigError` if they are other ones than those that the run began at.
 */
export const weightsOfRun = (
  folder: string,
  { from, config }: RunStart,
): TE.TaskEither<OpenRunError | ConfigError, Weights | undefined> => {
  const { checkpointName } = folderStore(folder);
  return from === undefined || config.models.every(({ name }) => existsSync(checkpointName(name)))
    ? TE.right(undefined)
    : pipe(
        readWeights(from.path),
        TE.chainEitherKW((weights) =>
          weights.fingerprint === from.fingerprint
            ? E.right(weights)
            : E.left(
                configError(
                  'from',
                  `expected the weights that this run began at, but those of ${from.path} have changed; start a new run`,
                ),
              ),
        ),
      );
};
