/** A separate program for endings.test.ts: training ends in every possible way, and then nothing keeps the process alive. */
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Images,
  imageShape,
  initialize,
  key,
  type Logits,
  named,
  orThrow,
  type ParamsOf,
  serial,
  type Tensor,
} from '../../src/core/index.js';
import { pipeline, type Transforms } from '../../src/data/index.js';
import { jit } from '../../src/engine/index.js';
import { classifier, flatten, patchTokens } from '../../src/layers/index.js';
import {
  adamW,
  type ClassificationTarget,
  classification,
  constantSchedule,
  evaluate,
  type FitOptions,
  fit,
} from '../../src/train/index.js';
import { adapted, someImages } from '../data/fixtures.js';

const images = someImages(32, 8, 8, 1);
const imagePipeline = adapted([{ kind: 'normalize' }, { kind: 'flip' }], images);
const model = serial(named('tokens', patchTokens({ patch: 4, dim: 2 })), flatten, named('classifier', classifier(10)));
type Options = FitOptions<
  ParamsOf<typeof model>,
  Tensor<Images>,
  Tensor<Logits>,
  ClassificationTarget,
  'loss' | 'top1' | 'top5'
>;

const engine = await orThrow(jit({ threads: 1 }));
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const params = initialize(key(2))(declaration.params);
const objective = orThrow(classification({ classes: 10 }));

const train = async (rate: number, more: Partial<Options> = {}): Promise<string> => {
  const task = fit({
    engine,
    model,
    objective,
    optimizer: adamW({ schedule: constantSchedule(rate), weightDecay: 0 }),
    train: images,
    validation: images,
    pipeline: imagePipeline,
    epochs: 3,
    batchSize: 8,
    workers: 2,
    key: key(1),
    start: { params },
    ...more,
  });
  return task().then(
    E.match(
      (error) => error._tag,
      ({ finished }) => (finished ? 'finished' : 'stopped'),
    ),
    (thrown) => String(thrown),
  );
};

// Gives the threads time to start, so that they are busy when the run ends.
const save: Options['save'] = () => TE.fromTask(() => new Promise<void>((resolve) => setTimeout(resolve, 300)));
const unfit: Transforms = [{ kind: 'resize', height: 2 ** 16, width: 2 ** 16 }];
const throwing = () => {
  throw new Error('thrown by the caller');
};

console.log(await train(1e-3, { save }));
console.log(await train(1e-3, { save, stop: () => true }));
console.log(await train(1e30, { save }));
console.log(await train(1e-3, { pipeline: orThrow(pipeline(unfit)) }));
console.log(await train(1e-3, { onEvent: (event) => event.kind === 'epoch' && throwing(), save }));
const evaluation = evaluate({
  engine,
  model,
  objective,
  params: engine.fromHost(params),
  source: images,
  pipeline: imagePipeline,
  batchSize: 8,
});
console.log((await evaluation())._tag);
