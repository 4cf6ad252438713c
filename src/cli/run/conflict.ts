import { type ConfigError, configError } from '../../core/config.js';
import { flagName } from '../flag.js';
import type { RunFlags } from '../flags.js';

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
