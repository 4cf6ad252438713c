/** State of layers, the running statistics of batch normalization: in a step, in a run that is saved and resumed, in evaluation. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type Axes, imageShape, type Same, type Tensor } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import { countParameters, declare, initialize } from '../../src/core/declaration.js';
import { type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { zeros } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import type { Layer } from '../../src/core/layer.js';
import { mapParams } from '../../src/core/map-params.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { stateParameter, update } from '../../src/core/state.js';
import { entries, map, showPath } from '../../src/core/tree.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { batchNorm, classifier, conv, imagesToTokens, meanPool, relu } from '../../src/layers/index.js';
import { sha256 } from '../../src/node/sha256.js';
import {
  adamW,
  averageWeights,
  type CheckpointInfo,
  chain,
  classification,
  constantSchedule,
  declareState,
  decodeCheckpoint,
  encodeCheckpoint,
  evaluate,
  evaluatedParams,
  fit,
  freeze,
  restore,
  tensorsByPath,
  trainStep,
} from '../../src/train/index.js';
import { left, noise, tensorOf } from '../core/harness.js';
import { adapted, someImages } from '../data/fixtures.js';

const model = serial(
  named('conv', conv(3, { size: 3, bias: false })),
  named('norm', batchNorm({ momentum: 0.25 })),
  relu,
  imagesToTokens,
  meanPool,
  named('classifier', classifier(10)),
);
const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
const objective = orThrow(classification({ classes: 10 }));
// A strong decay, which state must not feel.
const optimizer = adamW({ schedule: constantSchedule(0.1), weightDecay: 0.5, epsilon: 1e-2 });
const specs = declareState(declaration, optimizer);
const state = initialize(key(1))(specs);
const batch = { input: noise(2, [6, 8, 8, 1]), target: int32([6], [0, 1, 2, 3, 4, 5]) };

interface Seen {
  readonly seen: Tensor<[]>;
}

test('is not counted as learned', () => {
  expect(countParameters(declaration)).toBe(9 * 3 + 2 * 3 + 3 * 10 + 10);
});

describe('a step', () => {
  const stepOn = async (made: Promise<Engine>, more: object = {}) => {
    const engine = await made;
    const compiled = engine.compile(trainStep({ model, objective, optimizer }));
    const result = await orThrow(compiled(engine.fromHost({ state, batch, ...more }), key(3)));
    return orThrow(engine.toHost(result.state));
  };

  test('moves the running statistics towards those of the batch, and no further', async () => {
    const { params } = await stepOn(orThrow(jit({ threads: 1 })));
    tf.tidy(() => {
      const given = map<HostTensor, tf.Tensor>(tensorOf)(state.params.conv) as never;
      const seen = Array.from(
        conv(3, { size: 3, bias: false }).apply(given, tensorOf(batch.input), evaluation).dataSync(),
      );
      for (const channel of [0, 1, 2]) {
        const values = seen.filter((_, i) => i % 3 === channel);
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
        const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
        expect(params.norm.mean.data[channel]).toBeCloseTo(0.25 * mean, 5);
        expect(params.norm.variance.data[channel]).toBeCloseTo(0.75 + 0.25 * variance, 5);
      }
    });
    expect(params.norm.scale.data[0]).not.toBe(1);
  });

  test.each([
    ['whole', jit({ threads: 1 })],
    ['divided among threads', jit({ threads: 2, dividedFrom: 0 })],
    ['divided among threads unevenly', jit({ threads: 4, dividedFrom: 0 })],
  ])('compiled, %s, is that of the eager engine', async (_, engine) => {
    const reference = entries<HostTensor>(await stepOn(orThrow(eager('cpu'))));
    const actual = new Map(
      entries<HostTensor>(await stepOn(orThrow(engine))).map(([path, leaf]) => [showPath(path), leaf]),
    );
    for (const [path, { data }] of reference) {
      const largest = Math.max(...Array.from(data, Math.abs));
      const other = actual.get(showPath(path))!.data;
      const difference = Math.max(...Array.from(data, (value, i) => Math.abs(value - other[i]!)));
      expect(difference, showPath(path)).toBeLessThanOrEqual(1e-4 * largest + 1e-6);
    }
  });

  describe.each([
    ['eager', eager('cpu')],
    ['compiled, whole', jit({ threads: 1 })],
    ['compiled, divided among threads', jit({ threads: 2, dividedFrom: 0 })],
  ])('%s', (_, made) => {
    const endOf = async (links: Parameters<typeof chain>[0], steps: number) => {
      const engine = await orThrow(made);
      const tuned = chain({ optimizer, ...links });
      const step = engine.compile(trainStep({ model, objective, optimizer: tuned }), { donate: ['state'] });
      let now = engine.fromHost(initialize(key(1))(declareState(declaration, tuned)));
      for (let i = 0; i < steps; i++)
        now = (await orThrow(step({ state: now, batch: engine.fromHost(batch) }, key(i)))).state;
      const end = await orThrow(engine.toHost(now));
      return { params: end.params, evaluated: evaluatedParams(tuned)(end) };
    };

    test('averages of weights go with the statistics of now, not with averages of them', async () => {
      const { params, evaluated } = await endOf({ average: averageWeights(0.9) }, 3);
      expect(evaluated.norm.mean).toEqual(params.norm.mean);
      expect(evaluated.norm.variance).toEqual(params.norm.variance);
      expect(params.norm.mean.data).not.toEqual(state.params.norm.mean.data);
      expect(evaluated.norm.scale).not.toEqual(params.norm.scale);
    });

    test('of frozen layers stays as it is', async () => {
      const { params } = await endOf({ freeze: freeze(([first]) => first === 'norm') }, 2);
      expect(params.norm).toEqual(state.params.norm);
      expect(params.conv).not.toEqual(state.params.conv);
    });
  });

  test('does not disturb the others: the gradients of state are not clipped with theirs', () => {
    const clipped = adamW({ schedule: constantSchedule(0.1), weightDecay: 0, clip: 1e-3 });
    const loud: Layer<Seen, Axes, Same> = {
      init: (input) => E.right(declare({ seen: stateParameter({}, zeros) }, input)),
      apply: ({ seen }, x, context) => {
        update(context, seen, () => tf.add(seen, 1));
        // Its gradient is large, and of no use.
        return tf.add(x as tf.Tensor, tf.mul(seen, 1e4));
      },
    };
    const head = serial(imagesToTokens, meanPool, named('classifier', classifier(10)));
    const updatesOf = (layer: typeof head) => {
      const own = orThrow(layer.init(imageShape({ height: 8, width: 8, channels: 1 })));
      const tensors = map<HostTensor, tf.Tensor>(tensorOf)({
        state: initialize(key(1))(declareState(own, clipped)),
        batch,
      });
      return trainStep({ model: layer, objective, optimizer: clipped })(tensors as never, key(1)).state.params;
    };
    const withState = updatesOf(serial(named('loud', loud), head) as never) as unknown as {
      readonly loud: { readonly seen: tf.Tensor };
      readonly classifier: { readonly weight: tf.Tensor };
    };
    expect(withState.loud.seen.dataSync()[0]).toBe(1);
    expect(withState.classifier.weight.dataSync()).toEqual(updatesOf(head).classifier.weight.dataSync());
  });
});

describe('a layer is refused, with its path,', () => {
  const counter = (next: (seen: tf.Tensor) => tf.Tensor, times = 1): Layer<Seen, Axes, Same> => ({
    init: (input) => E.right(declare({ seen: stateParameter({}, zeros) }, input)),
    apply: ({ seen }, x, context) => {
      for (let i = 0; i < times; i++) update(context, seen, () => next(seen as tf.Tensor));
      return x;
    },
  });
  const oneMore = (seen: tf.Tensor): tf.Tensor => tf.add(seen, 1);
  const doubled = mapParams<Seen, Seen, Axes, Same>(counter(oneMore), {
    declare: (inner) => inner,
    read: ({ seen }) => ({ seen: tf.mul(seen, 2) }),
  });
  const errorOf = async (layer: Layer<Seen, Axes, Same>) => {
    const whole = serial(named('counter', layer), imagesToTokens, meanPool, named('classifier', classifier(10)));
    const engine = await orThrow(jit({ threads: 1 }));
    const own = orThrow(whole.init(imageShape({ height: 8, width: 8, channels: 1 })));
    const given = { state: initialize(key(1))(declareState(own, optimizer)), batch };
    return left(
      await engine.compile(trainStep({ model: whole, objective, optimizer }))(engine.fromHost(given), key(1))(),
    );
  };

  test.each([
    ['that updates a state twice', counter(oneMore, 2), /counter: expected one update of a state in a step/],
    [
      'that changes its shape',
      counter((seen) => tf.stack([seen, seen])),
      /counter: expected the next value .* of \[\]/,
    ],
    [
      'that updates what is computed from the parameters',
      doubled,
      /counter: expected an update of a leaf of the parameters/,
    ],
  ])('%s', async (_, layer, message) => {
    expect(await errorOf(layer)).toMatchObject({ kind: 'wrong-shape', message: expect.stringMatching(message) });
  });

  test('that has one number for each channel, in training alone', () => {
    const params = map<HostTensor, tf.Tensor>(tensorOf)(state.params.norm) as never;
    const single = tf.ones([1, 3]);
    expect(() => batchNorm().apply(params, single, training(key(1)))).toThrow('two numbers or more for each channel');
    expect(batchNorm().apply(params, single, evaluation).shape).toEqual([1, 3]);
  });
});

describe('a run', () => {
  const images = someImages(22, 8, 8, 1);
  const pipeline = adapted([{ kind: 'normalize' }, { kind: 'flip' }], images);
  const run = async (more: object = {}) => {
    const engine = await orThrow(jit({ threads: 1 }));
    const options = { engine, model, objective, optimizer, train: images, validation: images, pipeline };
    return orThrow(
      fit({ ...options, epochs: 3, batchSize: 4, workers: 0, key: key(1), start: { params: state.params }, ...more }),
    );
  };

  test('that is saved to a checkpoint and resumed ends with the same bits', async () => {
    let calls = 0;
    const { state: at, progress } = await run({ stop: () => ++calls === 8 });
    const info: CheckpointInfo = {
      ...{ version: '1', engine: { name: 'jit', threads: 1 }, model: {}, pipeline: [], classes: [], run: {} },
    };
    const chunks = orThrow(encodeCheckpoint({ info, progress, tensors: tensorsByPath(at) }, sha256));
    const loaded = orThrow(decodeCheckpoint('memory', sha256)(Buffer.concat(chunks)));
    const restored = orThrow(restore({ params: specs }, loaded.tensors));
    const resumed = await run({ start: { state: restored, progress: loaded.progress } });
    const whole = await run();
    expect(resumed.state).toEqual(whole.state);
    expect(whole.state.params.norm.mean.data).not.toEqual(at.params.norm.mean.data);
  });

  test('is evaluated with the running statistics, so that other images of the batch do not matter', async () => {
    const engine = await orThrow(jit({ threads: 1 }));
    const { state: end } = await run();
    const params = engine.fromHost(end.params);
    const summaryWith = async (batchSize: number) => {
      const options = { engine, model, objective, params, source: images, pipeline, batchSize };
      return (await orThrow(evaluate(options))).summary.loss;
    };
    expect(await summaryWith(1)).toBeCloseTo(await summaryWith(22), 6);
  });
});
