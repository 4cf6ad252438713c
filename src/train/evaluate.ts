import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../core/host-tensor.js';
import { key } from '../core/key.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import { evaluationBatches } from '../data/batches.js';
import type { LabeledImages } from '../data/dataset.js';
import type { Compiled, Engine, EngineError, Values } from '../engine/engine.js';
import type { Judged } from './metrics.js';
import type { BatchTensors } from './step.js';

export interface EvaluateOptions<P> {
  readonly engine: Engine;
  /** `engine.compile(evaluationStep(model))` */
  readonly step: Compiled<{ readonly params: P; readonly batch: BatchTensors }, Judged<CoreTensor>>;
  readonly params: Values<NoInfer<P>>;
  readonly images: LabeledImages;
  readonly pipeline: Pipeline;
  readonly batchSize: number;
}

// Evaluation draws nothing; a compiled function takes a key all the same.
const unused = key(0);

const join = (parts: readonly (readonly number[])[]): readonly number[] => parts.flat();

/** Judges every image once, in order, the ragged last batch too. The figures do not depend on the batch size. */
export const evaluate = <P>(options: EvaluateOptions<P>): TE.TaskEither<EngineError, Judged<readonly number[]>> => {
  const { engine, step, params, images, pipeline, batchSize } = options;
  const one = (batch: unknown): TE.TaskEither<EngineError, Judged<readonly number[]>> => {
    const held = engine.fromHost({ batch }) as { readonly batch: unknown };
    return pipe(
      step({ params, ...held } as Values<{ readonly params: P; readonly batch: BatchTensors }>, unused),
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
    for (const batch of evaluationBatches(images, pipeline, batchSize)) {
      const next = await one(batch)();
      if (E.isLeft(next)) return next;
      judged.push(next.right);
    }
    return E.right({
      loss: join(judged.map(({ loss }) => loss)),
      top1: join(judged.map(({ top1 }) => top1)),
      top5: join(judged.map(({ top5 }) => top5)),
    });
  };
};
