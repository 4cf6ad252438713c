/** A program of its own, for endings.test.ts: ends training in every way that there is, and then has nothing left to do. */
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { imageShape, initialize, key, named, orThrow, serial } from '../../src/core/index.js';
import { adaptNormalization, pipeline, type Transforms } from '../../src/data/index.js';
import { jit } from '../../src/engine/index.js';
import { classifier, flatten, patchTokens } from '../../src/layers/index.js';
import {
  adamW,
  beginning,
  constantSchedule,
  declareState,
  evaluate,
  evaluationStep,
  type FitOptions,
  fit,
} from '../../src/train/index.js';
import { someImages } from '../data/fixtures.js';

const images = someImages(32, 8, 8, 1);
const statistics = adaptNormalization(images);
const way = pipeline([{ kind: 'normalize' }, { kind: 'flip' }], statistics);
const model = serial(named('tokens', patchTokens({ patch: 4, dim: 2 })), flatten, named('classifier', classifier(10)));
type Params = Parameters<typeof model.apply>[0];

const engine = await orThrow(jit({ threads: 1 }));
const params = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));

const train = async (rate: number, more: Partial<FitOptions<Params>> = {}): Promise<string> => {
  const schedule = constantSchedule(rate);
  const optimizer = adamW({ schedule, weightDecay: 0 });
  const task = fit<Params>({
    engine,
    model,
    optimizer,
    schedule,
    train: images,
    validation: images,
    pipeline: way,
    epochs: 3,
    batchSize: 8,
    workers: 2,
    key: key(1),
    start: { state: initialize(key(2))(declareState(params, optimizer)) as never, progress: beginning },
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

// Time for the threads to start, so that they are at work when the run ends.
const save: FitOptions<Params>['save'] = () =>
  TE.fromTask(() => new Promise<void>((resolve) => setTimeout(resolve, 300)));
const unfit: Transforms = [{ kind: 'resize', height: 2 ** 26, width: 2 ** 26 }];
const throwing = () => {
  throw new Error('thrown by the caller');
};

console.log(await train(1e-3, { save }));
console.log(await train(1e-3, { save, stop: () => true }));
console.log(await train(1e30, { save }));
console.log(await train(1e-3, { pipeline: pipeline(unfit, statistics) }));
console.log(await train(1e-3, { onEvent: (event) => event.kind === 'epoch' && throwing(), save }));
const judged = evaluate({
  engine,
  step: engine.compile(evaluationStep(model)),
  params: engine.fromHost(initialize(key(2))(params.params)) as never,
  images,
  pipeline: way,
  batchSize: 8,
});
console.log((await judged())._tag);
