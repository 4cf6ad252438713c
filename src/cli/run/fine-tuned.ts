import type { ExperimentConfig } from '../../experiment/config.js';
import type { TuningFlags } from '../flags.js';

/** The experiment with what the flags of fine-tuning say. */
export const fineTuned =
  ({ freeze, learningRate: rates = [], ema, accumulate, patience, classWeights }: TuningFlags) =>
  (config: ExperimentConfig): ExperimentConfig => {
    const highest = rates.findLast(({ pattern }) => pattern === undefined)?.learningRate;
    const groups = rates.flatMap(({ pattern, learningRate }) =>
      pattern === undefined ? [] : [{ pattern, learningRate }],
    );
    return {
      ...config,
      ...(highest === undefined ? {} : { schedule: { ...config.schedule, learningRate: highest } }),
      ...(patience === undefined ? {} : { patience }),
      ...(classWeights === undefined ? {} : { classWeights }),
      optimizer: {
        ...config.optimizer,
        ...(freeze === undefined ? {} : { freeze }),
        ...(groups.length === 0 ? {} : { learningRates: groups }),
        ...(ema === undefined ? {} : { averageWeights: ema }),
        ...(accumulate === undefined ? {} : { accumulate }),
      },
    };
  };
