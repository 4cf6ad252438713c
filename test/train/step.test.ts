import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Images, imageShape, type Logits } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { Layer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { leaves, map } from '../../src/core/tree.js';
import { classifier, dropout, flatten, type LinearParams, patches } from '../../src/layers/index.js';
import {
  adamW,
  chain,
  classification,
  constantSchedule,
  declareState,
  evaluationStep,
  predictionStep,
  scaleByAdam,
  scaleByLearningRate,
  type TrainState,
  trainStep,
} from '../../src/train/index.js';
import { bits, expectClose, noise, tensorOf } from '../core/harness.js';
import { crossEntropyOf, oneHotOf } from '../support/classification-reference.js';

type Params = { readonly classifier: LinearParams };
const linear: Layer<Params, Images, Logits> = serial(patches(2), flatten, named('classifier', classifier(3)));
const dropped = serial(patches(2), named('drop', dropout(0.5)), flatten, named('classifier', classifier(3)));

const input = imageShape({ height: 2, width: 2, channels: 1 }, 4);
const images = noise(3, input.sizes);
const classes = [0, 2, 1, 2];
const batch = { input: tensorOf(images), target: tf.tensor1d(classes, 'int32') };
const objective = orThrow(classification({ classes: 3 }));

const stateOf = (model: Layer<Params, Images, Logits>, optimizer: Parameters<typeof declareState>[1]) =>
  map<HostTensor, tf.Tensor>(tensorOf)(
    initialize(key(1))(declareState(orThrow(model.init(input)), optimizer)),
  ) as unknown as TrainState<Params>;

/** Softmax regression by hand: the loss, and its gradient with respect to `weight [4, 3]` and `bias [3]`. */
const byHand = (weight: readonly number[], bias: readonly number[], smoothing: number) => {
  const gradient = { weight: weight.map(() => 0), bias: bias.map(() => 0) };
  let loss = 0;
  classes.forEach((label, n) => {
    const x = Array.from(images.data.slice(4 * n, 4 * n + 4));
    const scores = bias.map((b, j) => x.reduce((sum, value, i) => sum + value * weight[3 * i + j]!, b));
    const normalizer = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    loss -= Math.log(Math.exp(scores[label]!) / normalizer);
    scores.forEach((score, j) => {
      const target = (j === label ? 1 - smoothing : 0) + smoothing / 3;
      const slope = (Math.exp(score) / normalizer - target) / classes.length;
      gradient.bias[j]! += slope;
      x.forEach((value, i) => {
        gradient.weight[3 * i + j]! += slope * value;
      });
    });
  });
  return { loss, gradient };
};

/** The mean cross-entropy with smoothing: what the step minimizes. */
const lossOf = (weight: readonly number[], bias: readonly number[], labelSmoothing: number): number => {
  const losses = classes.map((label, n) => {
    const x = Array.from(images.data.slice(4 * n, 4 * n + 4));
    const scores = bias.map((b, j) => x.reduce((sum, value, i) => sum + value * weight[3 * i + j]!, b));
    return crossEntropyOf(scores, oneHotOf(label, 3), { labelSmoothing });
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / classes.length;
};

describe('trainStep', () => {
  const descent = chain({ rate: scaleByLearningRate(constantSchedule(0.1)) });

  test('passes the optimizer state on to the next step', () => {
    const state = stateOf(linear, chain({ adam: scaleByAdam() }));
    const [weight, bias] = leaves<tf.Tensor>(state.params).map(bits);
    const { gradient } = byHand(weight!, bias!, 0);
    const optimizer = chain({ adam: scaleByAdam() });
    const next = trainStep({ model: linear, objective, optimizer })({ state, batch }, key(2));
    const remembered = next.state.optimizer as { readonly adam: { readonly mean: Params } };
    expectClose(
      bits(remembered.adam.mean.classifier.weight as tf.Tensor),
      gradient.weight.map((slope) => 0.1 * slope),
    );
  });

  test.each([0, 0.2])(
    'descends the mean cross-entropy at smoothing %d; metrics are unsmoothed, from before the update',
    (smoothing) => {
      const state = stateOf(linear, descent);
      const [weight, bias] = leaves<tf.Tensor>(state.params).map(bits);
      const { loss, gradient } = byHand(weight!, bias!, smoothing);
      const smoothed = orThrow(classification({ classes: 3, labelSmoothing: smoothing }));
      const next = trainStep({ model: linear, objective: smoothed, optimizer: descent })({ state, batch }, key(2));
      const { classifier: after } = next.state.params;
      expectClose(
        bits(after.weight as tf.Tensor),
        weight!.map((value, i) => value - 0.1 * gradient.weight[i]!),
      );
      expectClose(
        bits(after.bias as tf.Tensor),
        bias!.map((value, i) => value - 0.1 * gradient.bias[i]!),
      );
      const { metrics } = next;
      expectClose(bits(metrics.sums.loss.total!), [loss]);
      expectClose(bits(metrics.loss), [lossOf(weight!, bias!, smoothing)]);
      expect(bits(metrics.examples)).toEqual([4]);
      expect(Object.keys(metrics.sums)).toEqual(['loss', 'top1', 'top5']);
      expect(Object.keys(metrics.optimizer)).toEqual(['learningRate']);
      expectClose(bits(metrics.optimizer.learningRate!), [0.1]);
      expect(bits(next.state.step as tf.Tensor)).toEqual([1]);
    },
  );

  test('the optimizer receives the number of completed steps', () => {
    const seen: number[] = [];
    const watching = chain({
      rate: scaleByLearningRate((step) => {
        seen.push(...bits(step));
        return tf.scalar(0.1);
      }),
    });
    const first = trainStep({ model: linear, objective, optimizer: watching })(
      { state: stateOf(linear, watching), batch },
      key(2),
    ).state;
    trainStep({ model: linear, objective, optimizer: watching })({ state: first, batch }, key(2));
    expect(seen).toEqual([0, 1]);
  });

  test('is pure: the same bits for the same arguments, others for another key, and the old state is unchanged', () => {
    const optimizer = adamW({ schedule: constantSchedule(0.1), weightDecay: 0.1 });
    const state = stateOf(dropped, optimizer);
    const before = leaves<tf.Tensor>(state).map(bits);
    const trained = (seed: number) =>
      leaves<tf.Tensor>(trainStep({ model: dropped, objective, optimizer })({ state, batch }, key(seed)).state).map(
        bits,
      );
    expect(trained(3)).toEqual(trained(3));
    expect(trained(3)).not.toEqual(trained(4));
    expect(leaves<tf.Tensor>(state).map(bits)).toEqual(before);
  });

  test('evaluation draws nothing and measures the output of prediction', () => {
    const { params } = stateOf(dropped, descent);
    const logits = predictionStep(dropped)({ params, input: batch.input });
    const plain = predictionStep(linear)({ params, input: batch.input });
    expect(bits(logits)).toEqual(bits(plain));
    const measured = evaluationStep({ model: dropped, objective })({ params, batch });
    const [weight, bias] = leaves<tf.Tensor>(params).map(bits);
    expectClose([bits(measured.loss.total!).reduce((sum, loss) => sum + loss, 0)], [byHand(weight!, bias!, 0).loss]);
    expect(bits(measured.top5.total!)).toEqual([1, 1, 1, 1]);
  });

  test('reports the learning rate of the step from any place in the chain', () => {
    const schedule = (step: tf.Tensor) => tf.div(0.1, tf.add(step, 1));
    const optimizer = chain({ inner: chain({ rate: scaleByLearningRate(schedule) }), last: chain({}) });
    const step = trainStep({ model: linear, objective, optimizer });
    const first = step({ state: stateOf(linear, optimizer), batch }, key(2));
    const second = step({ state: first.state, batch }, key(2));
    expectClose(
      [first, second].flatMap(({ metrics }) => bits(metrics.optimizer.learningRate!)),
      [0.1, 0.05],
    );
  });

  test('reports no learning rate if the optimizer has none', () => {
    const optimizer = chain({ adam: scaleByAdam() });
    const { metrics } = trainStep({ model: linear, objective, optimizer })(
      { state: stateOf(linear, optimizer), batch },
      key(2),
    );
    expect(metrics.optimizer).toEqual({});
  });
});
