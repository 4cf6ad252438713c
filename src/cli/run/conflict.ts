import { type ConfigError, configError } from '../../core/config.js';
import { flagName } from '../flag.js';
import type { RecipeFlags, RunFlags } from '../flags.js';

/** What is recorded in a run, and so cannot change when it is resumed. */
const fixed: readonly string[] = [
  'preset',
  'config',
  'model',
  'dataset',
  'size',
  'fit',
  'strict',
  'epochs',
  'batch',
  'seed',
  'out',
  'patch',
  'depth',
  'width',
  'from',
  'freeze',
  'learningRate',
  'ema',
  'accumulate',
  'patience',
  'classWeights',
];

/** Flags of a run that do not go together. */
export const runConflict = (flags: RunFlags): ConfigError | undefined => {
  if (flags.preset !== undefined && flags.config !== undefined) {
    return configError('--config', 'a configuration file replaces a preset: give one of the two');
  }
  if (flags.acceptChangedData !== undefined && flags.resume === undefined)
    return configError('--accept-changed-data', 'this belongs to --resume DIR');
  const given = Object.keys(flags).find((name) => fixed.includes(name));
  return flags.resume !== undefined && given !== undefined
    ? configError(flagName(given), 'this cannot change when a run is resumed: leave it out')
    : undefined;
};

/** Flags of the recipe where another experiment is named, or none of one's own images. */
export const recipeConflict = (flags: RunFlags & RecipeFlags): ConfigError | undefined => {
  const { preset, config, data, dataset, patch, depth, width } = flags;
  const given = Object.entries({ patch, depth, width }).find(([, value]) => value !== undefined);
  if (given === undefined) return undefined;
  const [name] = given;
  if (preset !== undefined || config !== undefined)
    return configError(flagName(name), 'this belongs to the recipe: leave it out, or leave out --preset and --config');
  return data === undefined && dataset === undefined
    ? configError(flagName(name), 'this belongs to the recipe for your own images: give --data DIR')
    : undefined;
};
