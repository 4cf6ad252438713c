import * as E from 'fp-ts/lib/Either.js';
import { type ConfigError, configError } from '../../core/config.js';
import type { ExperimentConfig } from '../../experiment/config.js';

/**
 * The experiment with the models that were named, in the order of the experiment. If none was: with all models of a configuration file, or
 * with the last one of a preset, which it compares with the others.
 */
export const chooseModels =
  ({ model: names, config: file }: { readonly model?: readonly string[]; readonly config?: string }) =>
  (experiment: ExperimentConfig): E.Either<ConfigError, ExperimentConfig> => {
    const { models } = experiment;
    const unknown = names?.find((name) => models.every((model) => model.name !== name));
    if (unknown !== undefined) {
      const known = models.map(({ name }) => `'${name}'`).join(', ');
      return E.left(configError('--model', `expected a model of '${experiment.name}': ${known}; got '${unknown}'`));
    }
    if (names !== undefined)
      return E.right({ ...experiment, models: models.filter(({ name }) => names.includes(name)) });
    return E.right(file === undefined ? { ...experiment, models: models.slice(-1) } : experiment);
  };
