import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../core/host-tensor.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import type { BatchError } from '../data/batch-error.js';
import { type Batch, batchCount, evaluationRequests } from '../data/batches.js';
import type { LabeledImages } from '../data/dataset.js';
import { type BatchesOptions, withBatches } from '../data/with-batches.js';
import type { Compiled, Engine, EngineError, Values } from '../engine/engine.js';
import type { Judged } from './metrics.js';
import type { BatchTensors } from './step.js';

interface Judge<P> {
  readonly engine: Engine;
  /** `engine.compile(evaluationStep(model))` */
  readonly step: Compiled<{ readonly params: P; readonly batch: BatchTensors }, Judged<CoreTensor>>;
  readonly params: Values<NoInfer<P>>;
}

export interface EvaluateOptions<P> extends Judge<P>, BatchesOptions {
  readonly images: LabeledImages;
  readonly pipeline: Pipeline;
  readonly batchSize: number;
}

const join = (parts: readonly (readonly number[])[]): readonly number[] => parts.flat();

/** Judges the images of the next `count` batches, one by one. */
export const judgeBatches =
  <P>({ engine, step, params }: Judge<P>, count: number) =>
  (next: TE.TaskEither<BatchError, Batch>): TE.TaskEither<BatchError | EngineError, Judged<readonly number[]>> => {
    const one = (batch: Batch): TE.TaskEither<EngineError, Judged<readonly number[]>> => {
      const held = engine.fromHost({ batch });
      return pipe(
        step({ params, ...held }),
        TE.chain((values) =>
          pipe(
            engine.toHost(values),
            TE.map((hosts) => {
              engine.dispose([values, held]);
              const read = ({ data }: HostTensor): readonly number[] => Array.from(data);
              return { loss: read(hosts.loss), top1: read(hosts.top1), top5: read(hosts.top5) };
            }),
          ),
        ),
      );
    };
    return async () => {
      const judged: Judged<readonly number[]>[] = [];
      while (judged.length < count) {
        const answer = await pipe(next, TE.chainW(one))();
        if (E.isLeft(answer)) return answer;
        judged.push(answer.right);
      }
      return E.right({
        loss: join(judged.map(({ loss }) => loss)),
        top1: join(judged.map(({ top1 }) => top1)),
        top5: join(judged.map(({ top5 }) => top5)),
      });
    };
  };

/** Judges every image once, in order, the ragged last batch too. The figures do not depend on the batch size. */
export const evaluate = <P>(
  options: EvaluateOptions<P>,
): TE.TaskEither<BatchError | EngineError, Judged<readonly number[]>> => {
  const { images, pipeline, batchSize } = options;
  return withBatches(
    evaluationRequests(images, batchSize),
    pipeline,
    options,
  )(judgeBatches(options, batchCount(images.count, batchSize)));
};
