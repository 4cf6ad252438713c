import type { Mask } from '../../core/tree.js';
import type { Schedule } from '../schedule.js';
import { type AdamOptions, scaleByAdam } from './adam.js';
import { addDecayedWeights, clipByGlobalNorm, type RateFactor, scaleByLearningRate } from './links.js';
import { chain, type Optimizer } from './optimizer.js';

export interface AdamWOptions extends AdamOptions {
  readonly schedule: Schedule;
  readonly weightDecay: number;
  /**
   * The kind of weight decay:
   * - `scaled`: parameter −= rate · decay · parameter (PyTorch, Keras);
   * - `independent`: parameter −= decay · parameter, not scaled by the learning rate (tensorflow-addons, which the Keras example
   *   uses; with the same `weightDecay` and a rate of 1e-3, a thousand times stronger);
   * - `l2`: decay · parameter is added to the gradient, before Adam.
   */
  readonly decay?: 'scaled' | 'independent' | 'l2';
  /** Which parameters decay. Default: all. */
  readonly decayMask?: Mask;
  /** The factor of each parameter's learning rate; decay that is `independent` is not scaled by it. Default: 1 for all. */
  readonly rateFactor?: RateFactor;
  /** The largest global norm of the gradients. By default they are not clipped. */
  readonly clip?: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019) as a chain of named links.
 *
 * @example
 * adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05, decayMask: (path) => path.at(-1) === 'weight' })
 */
export const adamW = (options: AdamWOptions): Optimizer => {
  const { schedule, weightDecay, decay = 'scaled', decayMask, rateFactor, clip } = options;
  const first = clip === undefined ? {} : { clip: clipByGlobalNorm(clip) };
  const adam = scaleByAdam(options);
  const rate = scaleByLearningRate(schedule, rateFactor);
  switch (decay) {
    case 'scaled':
      return chain({ ...first, adam, decay: addDecayedWeights(weightDecay, decayMask), rate });
    case 'independent':
      return chain({ ...first, adam, rate, decay: addDecayedWeights(-weightDecay, decayMask) });
    case 'l2':
      return chain({ ...first, decay: addDecayedWeights(weightDecay, decayMask), adam, rate });
  }
};
