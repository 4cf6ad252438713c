import type { Tensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Hosts } from '../core/declaration.js';
import type { HostTensor } from '../core/host-tensor.js';
import type { Batch } from '../data/batch.js';
import type { Engine, EngineError, Values } from '../engine/engine.js';
import { examplesIn, fillUp } from './fill-up.js';
import { freeing } from './freeing.js';
import { type Measured, mapMeasured } from './metric.js';
import type { TargetError } from './objective.js';
import { type BatchTensors, evaluationStep, type Task } from './step.js';

/** From an image batch to what a model and an objective take, in host memory. */
export type Arrange<Input, Target> = (batch: Batch) => Hosts<BatchTensors<Input, Target>>;

/** Images as the input and labels as the target: what a classifier takes. */
export const asBatched = <Input, Target>({ input, target }: Batch): Hosts<BatchTensors<Input, Target>> =>
  // The default for models of images: nothing in the types says that Input and Target are single tensors.
  ({ input, target }) as unknown as Hosts<BatchTensors<Input, Target>>;

/** A batch as a model and an objective take it, or what is wrong with its target. */
export const arranged =
  <Input, Target>(
    objective: { readonly check: (target: unknown) => E.Either<TargetError, void> },
    arrange: Arrange<Input, Target> = asBatched,
  ) =>
  (batch: Batch): E.Either<TargetError, Hosts<BatchTensors<Input, Target>>> => {
    const made = arrange(batch);
    return pipe(
      objective.check(made.target),
      E.map(() => made),
    );
  };

/** Measures the examples of batches, one list of numbers for each statistic. Compiled once. */
export interface BatchEvaluator<P, N extends string> {
  (params: Values<P>, batch: Batch): TE.TaskEither<EngineError | TargetError, Measured<readonly number[], N>>;
  /** Frees what is compiled. A later call compiles again. */
  readonly release: () => void;
}

/** Compiles the evaluation of a model by an objective. */
export const batchEvaluator = <P, Input, Output, Target, N extends string>(
  engine: Engine,
  task: Pick<Task<P, Input, Output, Target, N>, 'model' | 'objective'>,
  arrange?: Arrange<Input, Target>,
): BatchEvaluator<P, N> => {
  const step = engine.compile(evaluationStep(task));
  const prepare = arranged(task.objective, arrange);
  // Mutable: the examples of the largest batch so far.
  let size = 0;
  const measure = (
    params: Values<P>,
    batch: Batch,
  ): TE.TaskEither<EngineError | TargetError, Measured<readonly number[], N>> =>
    pipe(
      TE.fromEither(prepare(batch)),
      TE.chainW((host) => {
        const examples = examplesIn(host);
        size = Math.max(size, examples);
        // A smaller last batch is filled up: another compiled function would take more time and memory.
        const full = examples > 0 && examples < size ? fillUp(examples, size)(host) : host;
        const held = engine.fromHost<BatchTensors<Input, Target>>(full);
        return pipe(
          step({ params, batch: held }),
          freeing(engine, held),
          TE.chainW((values) => pipe(engine.toHost<Measured<Tensor, N>>(values), freeing(engine, values))),
          TE.map((measured) =>
            mapMeasured(measured as Measured<HostTensor, N>, ({ data }) =>
              Array.from(examples > 0 ? data.subarray(0, examples) : data),
            ),
          ),
        );
      }),
    );
  return Object.assign(measure, {
    release: () => {
      size = 0;
      engine.dispose(step);
    },
  });
};
