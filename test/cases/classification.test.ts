/** Labels, logits and batch sizes at the edge: each was once accepted without a word, or gave a wrong number. */
import '../support/tfjs.js';
import type * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { zeros } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { classifier, meanPool, patchTokens } from '../../src/layers/index.js';
import { classification, crossEntropy, evaluate, fit, inTopK } from '../../src/train/index.js';
import { adapted } from '../data/fixtures.js';
import { engine, images, task } from './tiny.js';

type Judged = { readonly logits: tf.Tensor2D; readonly labels: tf.Tensor1D };

test('a label outside the classes has no loss, is never a hit, and is refused by fit', async () => {
  const judge = engine.compile(({ logits, labels }: Judged) => ({
    loss: crossEntropy(logits, labels),
    top1: inTopK(logits, labels, 1),
  }));
  const given = { logits: float32([2, 4], [1, 2, 3, 4, -1, -2, -3, -4]), labels: int32([2], [-1, 4]) };
  const { loss, top1 } = await orThrow(
    engine.toHost<{ loss: tf.Tensor; top1: tf.Tensor }>(await orThrow(judge(engine.fromHost(given)))),
  );
  expect([...loss.data]).toEqual([Number.NaN, Number.NaN]);
  expect([...top1.data]).toEqual([0, 0]);
  expect(await fit({ ...task, train: images(64, 4), epochs: 1, batchSize: 16 })()).toMatchObject({
    left: { _tag: 'TargetError', expected: 'a class in 0…2', actual: '3' },
  });
});

test('a class at −∞ has probability 0', async () => {
  const loss = engine.compile(({ logits, labels }: Judged) => crossEntropy(logits, labels));
  const given = { logits: float32([1, 4], [1, 2, Number.NEGATIVE_INFINITY, 4]), labels: int32([1], [3]) };
  const { data } = await orThrow(engine.toHost<tf.Tensor>(await orThrow(loss(engine.fromHost(given)))));
  expect(data[0]).toBeCloseTo(0.169846, 6);
});

test('a model that says the same of every image is right as often as a guess, and its loss is ln 10', async () => {
  const source = images(100, 10);
  const model = serial(
    named('tokens', patchTokens({ patch: 4, dim: 8 })),
    meanPool,
    named('classifier', classifier(10, { initializer: () => zeros })),
  );
  const declaration = orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 })));
  const { summary, examples } = await orThrow(
    evaluate({
      engine,
      model,
      objective: orThrow(classification({ classes: 10 })),
      params: engine.fromHost(initialize(key(1))(declaration.params)),
      source,
      pipeline: adapted([{ kind: 'normalize' }], source),
      batchSize: 50,
      workers: 0,
    }),
  );
  expect(summary.loss).toBeCloseTo(Math.log(10), 6);
  expect(summary.top1).toBeCloseTo(0.1, 6);
  expect(summary.top5).toBeCloseTo(0.5, 6);
  expect(new Set(examples.top1.total)).toEqual(new Set([Math.fround(0.1)]));
});

test('batch sizes that are not positive whole numbers are refused', async () => {
  for (const batchSize of [0, -3, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const ended = await fit({ ...task, epochs: 1, batchSize })();
    expect(E.isLeft(ended) && ended.left).toMatchObject({ _tag: 'ConfigError', field: 'batchSize' });
  }
});
