/**
 * One training step as a pure function, to be compiled as a whole.
 *
 * @module
 */
import { add, type Tensor as CoreTensor, cast, scalar, sum, zerosLike } from '@tensorflow/tfjs-core';
import type { Tensor } from '../core/axes.js';
import { type Context, evaluation, training } from '../core/context.js';
import type { Declaration, ParameterSpec, Specs } from '../core/declaration.js';
import { int32 } from '../core/host-tensor.js';
import type { Key } from '../core/key.js';
import { collectUpdates } from '../core/state.js';
import { entries, filter, leaves, mapSame, overlay, type Path, showPath, zipSame } from '../core/tree.js';
import { valueAndGrad } from '../core/value-and-grad.js';
import { type Measured, mapMeasured, measure } from './metric.js';
import type { Objective } from './objective.js';
import { mapAverages } from './optimizer/averages.js';
import { type Optimizer, type OptimizerState, trainedBy } from './optimizer/optimizer.js';

/** Everything that training changes. */
export interface TrainState<P> {
  readonly params: P;
  readonly optimizer: OptimizerState;
  /** How many updates were made: an int32 scalar, exact up to 2³¹ − 1. */
  readonly step: Tensor<[]>;
}

/** What a step needs from a model. Every layer is a model, and so is any object with such an `apply` function. */
export interface Model<P, Input, Output> {
  readonly apply: (params: P, input: Input, context: Context) => Output;
}

/** A batch as trees of tensors with the batch as their first axis. */
export interface BatchTensors<Input, Target> {
  readonly input: Input;
  readonly target: Target;
}

/** What is trained, for what, and how. */
export interface Task<P, Input, Output, Target, N extends string = string> {
  readonly model: Model<P, Input, Output>;
  readonly objective: Objective<NoInfer<Output>, Target, N>;
  readonly optimizer: Optimizer;
}

/** What a step reports of its batch, before the update. All are scalars. */
export interface StepMetrics<N extends string = string> {
  /** The loss that the step minimizes. */
  readonly loss: CoreTensor;
  readonly examples: CoreTensor;
  /** The statistics of each metric, summed over the batch. */
  readonly sums: Measured<CoreTensor, N>;
  /** What the optimizer reports, such as its `learningRate`. */
  readonly optimizer: Readonly<Record<string, CoreTensor>>;
}

/** The number of updates, declared: 0. As a float32 it would stop at 2²⁴, where adding 1 changes nothing. */
export const stepSpec: ParameterSpec = {
  axes: [],
  shape: [],
  dtype: 'int32',
  initializer: { name: 'constant(0)', sample: () => int32([], [0]) },
};

/** Declares the state of training for declared parameters: `initialize(key)(declareState(declaration, optimizer))`. */
export const declareState = <P>({ params }: Declaration<P>, optimizer: Optimizer): Specs<TrainState<P>> =>
  ({
    params,
    optimizer: optimizer.init(filter(trainedBy(optimizer))(params)),
    step: stepSpec,
  }) as unknown as Specs<TrainState<P>>;

/**
 * `(state, batch, key) → { state, metrics }`: forward pass, loss, gradients and update. The metrics are those of the batch before the
 * update. What the optimizer freezes stays as it is, state of layers too. In place of averages of state there is the state itself.
 *
 * @example
 * const step = engine.compile(trainStep({ model, objective, optimizer }), { donate: ['state'] });
 */
export const trainStep =
  <P, Input, Output, Target, N extends string>({ model, objective, optimizer }: Task<P, Input, Output, Target, N>) =>
  (
    { state, batch }: { readonly state: TrainState<P>; readonly batch: BatchTensors<Input, Target> },
    key: Key,
  ): { readonly state: TrainState<P>; readonly metrics: StepMetrics<N> } => {
    const isTrained = trainedBy(optimizer);
    const trained = filter(isTrained)(state.params);
    const {
      loss,
      aux: { output, updates },
      gradients,
    } = valueAndGrad((learning: P) => {
      const params = overlay(isTrained)(state.params, learning);
      const { receive, byPosition } = collectUpdates(params);
      const made = model.apply(params, batch.input, { ...training(key), update: receive });
      return { loss: objective.loss(made, batch.target), aux: { output: made, updates: byPosition() } };
    })(trained);
    const byModel = new Map(
      entries(state.params).flatMap(([path], i) => {
        const next = updates[i];
        return next === undefined || !isTrained(path) ? [] : [[showPath(path), next]];
      }),
    );
    /** With what is in place of the leaves that the model updated itself. */
    const updated =
      (f: (next: CoreTensor, leaf: CoreTensor) => CoreTensor) =>
      (leaf: CoreTensor, path: Path): CoreTensor => {
        const next = byModel.get(showPath(path));
        return next === undefined ? leaf : f(next, leaf);
      };
    const taken = updated((next) => next);
    const update = optimizer.update(
      mapSame(updated((_, leaf) => zerosLike(leaf)))(gradients),
      state.optimizer,
      trained,
      cast(state.step, 'float32'),
    );
    const plus = zipSame<CoreTensor, CoreTensor>((value, change) => add(value, change));
    return {
      state: {
        params: overlay(isTrained)(state.params, mapSame(taken)(plus(trained, update.updates))),
        optimizer: mapAverages(optimizer)(taken)(update.state),
        step: add(state.step, scalar(1, 'int32')),
      },
      metrics: {
        loss,
        examples: scalar(leaves<CoreTensor>(batch.input)[0]?.shape[0] ?? 0),
        sums: mapMeasured(measure(objective.metrics, output, batch.target), (values) => sum(values)),
        optimizer: update.report ?? {},
      },
    };
  };

/** Measures each example of a batch in evaluation mode: `(params, batch) → statistics`, each `[batch]`. Draws nothing. */
export const evaluationStep =
  <P, Input, Output, Target, N extends string>({
    model,
    objective,
  }: Pick<Task<P, Input, Output, Target, N>, 'model' | 'objective'>) =>
  ({ params, batch }: { readonly params: P; readonly batch: BatchTensors<Input, Target> }): Measured<CoreTensor, N> =>
    measure(objective.metrics, model.apply(params, batch.input, evaluation), batch.target);

/** Applies a model in evaluation mode: `(params, input) → output`. */
export const predictionStep =
  <P, Input, Output>(model: Model<P, Input, Output>) =>
  ({ params, input }: { readonly params: P; readonly input: Input }): Output =>
    model.apply(params, input, evaluation);
