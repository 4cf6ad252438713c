/**
 * One training step as a pure function, made to be compiled whole.
 *
 * @module
 */
import { add, type Tensor as CoreTensor, mean } from '@tensorflow/tfjs-core';
import type { Images, Logits, Tensor } from '../core/axes.js';
import { evaluation, training } from '../core/context.js';
import { type Declaration, parameter, type Specs } from '../core/declaration.js';
import { zeros } from '../core/initializers.js';
import type { Key } from '../core/key.js';
import { zipWith } from '../core/tree.js';
import { valueAndGrad } from '../core/value-and-grad.js';
import type { Classifier } from '../models/classifier.js';
import { crossEntropy } from './loss.js';
import { type Judged, judge, measure, type Sums } from './metrics.js';
import type { Optimizer, OptimizerState } from './optimizer/optimizer.js';

/** Everything that training changes. */
export interface TrainState<P> {
  readonly params: P;
  readonly optimizer: OptimizerState;
  /** How many updates were made, a float32 scalar. */
  readonly step: Tensor<[]>;
}

/** Images as the model wants them and the class of each, int32. */
export interface BatchTensors {
  readonly images: Tensor<Images>;
  readonly labels: Tensor<['batch']>;
}

/** Declares the state of training for a declared model; `sample(key)(declareState(…))` makes it. */
export const declareState = <P>({ params }: Declaration<P>, optimizer: Optimizer): Specs<TrainState<P>> =>
  ({ params, optimizer: optimizer.init(params), step: parameter({}, zeros) }) as unknown as Specs<TrainState<P>>;

/**
 * `(state, batch, key) → { state, metrics }`: forward, loss, gradients, optimizer and the metrics of the batch as it was
 * before the update. The loss that is minimized is the batch mean of the cross-entropy, smoothed if asked; the metrics
 * are never smoothed.
 *
 * @example
 * const step = engine.compile(trainStep(model, optimizer), { donate: ['state'] });
 */
export const trainStep =
  <P>(model: Classifier<P>, optimizer: Optimizer, options: { readonly labelSmoothing?: number } = {}) =>
  (
    { state, batch }: { readonly state: TrainState<P>; readonly batch: BatchTensors },
    key: Key,
  ): { readonly state: TrainState<P>; readonly metrics: Sums<CoreTensor> } => {
    const { aux: logits, gradients } = valueAndGrad((params: P) => {
      const scores = model.apply(params, batch.images, training(key));
      return { loss: mean(crossEntropy(scores, batch.labels, options.labelSmoothing)), aux: scores };
    })(state.params);
    const { updates, state: next } = optimizer.update(gradients, state.optimizer, state.params, state.step);
    return {
      state: {
        params: zipWith<CoreTensor, CoreTensor, CoreTensor>((value, update) => add(value, update))(
          state.params,
          updates,
        ) as P,
        optimizer: next,
        step: add(state.step, 1),
      },
      metrics: measure(logits, batch.labels),
    };
  };

/** Judges a batch image by image in evaluation: no draws, no gradients. */
export const evaluationStep =
  <P>(model: Classifier<P>) =>
  ({ params, batch }: { readonly params: P; readonly batch: BatchTensors }): Judged<CoreTensor> =>
    judge(model.apply(params, batch.images, evaluation), batch.labels);

/** The logits of a batch in evaluation. */
export const predictionStep =
  <P>(model: Classifier<P>) =>
  ({ params, images }: { readonly params: P; readonly images: Tensor<Images> }): Tensor<Logits> =>
    model.apply(params, images, evaluation);
