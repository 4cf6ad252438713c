/** Averages of weights in a run: validation, checkpoints, resuming. */
import { expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { classifier, flatten, patches } from '../../src/layers/index.js';
import {
  accumulate,
  adamW,
  averageWeights,
  chain,
  classification,
  constantSchedule,
  evaluate,
  evaluatedParams,
  fit,
  freeze,
  type Optimizer,
  paramsIn,
  tensorsByPath,
} from '../../src/train/index.js';
import { adapted, someImages } from '../data/fixtures.js';

const images = someImages(24, 4, 4, 1);
const model = serial(patches(2), flatten, named('classifier', classifier(10)));
const objective = orThrow(classification({ classes: 10 }));
const declaration = orThrow(model.init(imageShape({ height: 4, width: 4, channels: 1 })));
const { params } = initialize(key(1))({ params: declaration.params });
const pipeline = adapted([{ kind: 'normalize' }], images);
const engine = await orThrow(jit({ threads: 1 }));
const adamw = adamW({ schedule: constantSchedule(0.05), weightDecay: 0.01 });
const averaged = chain({ adamw, average: averageWeights(0.9) });

const run = (optimizer: Optimizer, more: object = {}) =>
  orThrow(
    fit({
      ...{ engine, model, objective, optimizer, train: images, validation: images, pipeline },
      ...{ epochs: 2, batchSize: 6, workers: 0, key: key(1), start: { params } },
      ...more,
    }),
  );

const lossOf = async (given: typeof params) => {
  const options = { engine, model, objective, params: engine.fromHost(given), source: images, pipeline, batchSize: 6 };
  return (await orThrow(evaluate({ ...options, workers: 0 }))).summary.loss;
};

test('validation is that of the averages, which differ from the parameters', async () => {
  const { state, progress } = await run(averaged);
  const loss = progress.history.at(-1)?.validation?.loss;
  expect(loss).toBe(await lossOf(evaluatedParams(averaged)(state)));
  expect(loss).not.toBe(await lossOf(state.params));
});

test('before the first update, the averages are the parameters', async () => {
  const optimizer = accumulate(100, averaged);
  const { state } = await run(optimizer, { epochs: 1 });
  expect(state.params).toEqual(params);
  expect(evaluatedParams(optimizer)(state)).toEqual(params);
});

test('a run that is stopped and resumed ends with the same bits', async () => {
  const optimizer = chain({ freeze: freeze((path) => path.at(-1) === 'bias'), inner: accumulate(3, averaged) });
  const whole = await run(optimizer, { epochs: 3 });
  for (const steps of [1, 2, 5, 8, 11]) {
    let calls = 0;
    const start = await run(optimizer, { epochs: 3, stop: () => ++calls === steps });
    expect((await run(optimizer, { epochs: 3, start })).state).toEqual(whole.state);
  }
});

test('the parameters in a checkpoint are the averages where it says so, and the frozen ones', async () => {
  const optimizer = chain({ freeze: freeze((path) => path.at(-1) === 'bias'), adamw, average: averageWeights(0.9) });
  const { state } = await run(optimizer, { epochs: 1 });
  const tensors = tensorsByPath(state);
  const averages = paramsIn({ info: { averages: 'optimizer/average/weights' }, tensors });
  expect(averages).toEqual(tensorsByPath(evaluatedParams(optimizer)(state)));
  expect(averages['classifier/bias']).toEqual(params.classifier.bias);
  expect(paramsIn({ info: {}, tensors })).toEqual(tensorsByPath(state.params));
});
