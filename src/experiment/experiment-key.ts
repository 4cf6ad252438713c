import { type Key, key } from '../core/key.js';
import type { ExperimentConfig } from './config.js';

/** All randomness of an experiment comes from this key: initial parameters, training, figures. */
export const experimentKey = (config: ExperimentConfig): Key => key(config.seed);
