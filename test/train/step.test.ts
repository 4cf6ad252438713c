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

type Params = { readonly classifier: LinearParams };
const linear: Layer<Params, Images, Logits> = serial(patches(2), flatten, named('classifier', classifier(3)));
const dropped = serial(patches(2), named('drop', dropout(0.5)), flatten, named('classifier', classifier(3)));

const input = imageShape({ height: 2, width: 2, channels: 1 }, 4);
const images = noise(3, input.sizes);
const classes = [0, 2, 1, 2];
const batch = { images: tensorOf(images), labels: tf.tensor1d(classes, 'int32') };

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

describe('trainStep', () => {
  const descent = chain({ rate: scaleByLearningRate(constantSchedule(0.1)) });

  test('keeps what the optimizer remembers for the next step', () => {
    const state = stateOf(linear, chain({ adam: scaleByAdam() }));
    const [weight, bias] = leaves<tf.Tensor>(state.params).map(bits);
    const { gradient } = byHand(weight!, bias!, 0);
    const next = trainStep(linear, chain({ adam: scaleByAdam() }))({ state, batch }, key(2));
    const remembered = next.state.optimizer as { readonly adam: { readonly mean: Params } };
    expectClose(
      bits(remembered.adam.mean.classifier.weight as tf.Tensor),
      gradient.weight.map((slope) => 0.1 * slope),
    );
  });

  test.each([0, 0.2])(
    'is one step down the mean cross-entropy at smoothing %d; metrics are of before and unsmoothed',
    (smoothing) => {
      const state = stateOf(linear, descent);
      const [weight, bias] = leaves<tf.Tensor>(state.params).map(bits);
      const { loss, gradient } = byHand(weight!, bias!, smoothing);
      const next = trainStep(linear, descent, { labelSmoothing: smoothing })({ state, batch }, key(2));
      const { classifier: after } = next.state.params;
      expectClose(
        bits(after.weight as tf.Tensor),
        weight!.map((value, i) => value - 0.1 * gradient.weight[i]!),
      );
      expectClose(
        bits(after.bias as tf.Tensor),
        bias!.map((value, i) => value - 0.1 * gradient.bias[i]!),
      );
      expectClose(bits(next.metrics.loss), [loss]);
      expect(bits(next.metrics.images)).toEqual([4]);
      expect(bits(next.state.step as tf.Tensor)).toEqual([1]);
    },
  );

  test('the optimizer counts from the steps that were made', () => {
    const seen: number[] = [];
    const watching = chain({
      rate: scaleByLearningRate((step) => {
        seen.push(...bits(step));
        return tf.scalar(0.1);
      }),
    });
    const first = trainStep(linear, watching)({ state: stateOf(linear, watching), batch }, key(2)).state;
    trainStep(linear, watching)({ state: first, batch }, key(2));
    expect(seen).toEqual([0, 1]);
  });

  test('is pure: the same bits for the same arguments, others for another key, and the old state stays', () => {
    const optimizer = adamW({ schedule: constantSchedule(0.1), weightDecay: 0.1 });
    const state = stateOf(dropped, optimizer);
    const before = leaves<tf.Tensor>(state).map(bits);
    const trained = (seed: number) =>
      leaves<tf.Tensor>(trainStep(dropped, optimizer)({ state, batch }, key(seed)).state).map(bits);
    expect(trained(3)).toEqual(trained(3));
    expect(trained(3)).not.toEqual(trained(4));
    expect(leaves<tf.Tensor>(state).map(bits)).toEqual(before);
  });

  test('evaluation draws nothing and judges what prediction gives', () => {
    const { params } = stateOf(dropped, descent);
    const logits = predictionStep(dropped)({ params, images: batch.images });
    const plain = predictionStep(linear)({ params, images: batch.images });
    expect(bits(logits)).toEqual(bits(plain));
    const judged = evaluationStep(dropped)({ params, batch });
    const [weight, bias] = leaves<tf.Tensor>(params).map(bits);
    expectClose([bits(judged.loss).reduce((sum, loss) => sum + loss, 0)], [byHand(weight!, bias!, 0).loss]);
    expect(bits(judged.top5)).toEqual([1, 1, 1, 1]);
  });
});
