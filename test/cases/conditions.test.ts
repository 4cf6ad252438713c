/** Conditions on differentiated values: tfjs has no gradient of comparisons, and such a loss failed. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { float32 } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { engineTable } from '../support/engine-table.js';

type X = { readonly x: tf.Tensor };

/** Functions of x whose gradient at [-1, 2, -3, 4] is known. */
const cases: Readonly<Record<string, readonly [(x: tf.Tensor) => tf.Tensor, readonly number[]]>> = {
  'where(greater)': [(x) => tf.where(tf.greater(x, 0), tf.square(x), x), [1, 4, 1, 8]],
  'where(greaterEqual)': [(x) => tf.where(tf.greaterEqual(x, 2), tf.square(x), x), [1, 4, 1, 8]],
  'where(less)': [(x) => tf.where(tf.less(x, 0), x, tf.square(x)), [1, 4, 1, 8]],
  'where(lessEqual)': [(x) => tf.where(tf.lessEqual(x, 0), x, tf.square(x)), [1, 4, 1, 8]],
  'where(equal)': [(x) => tf.where(tf.equal(x, 2), tf.square(x), x), [1, 4, 1, 1]],
  'where(notEqual)': [(x) => tf.where(tf.notEqual(x, 2), x, tf.square(x)), [1, 4, 1, 1]],
  'where(greater of a function of x)': [(x) => tf.where(tf.greater(tf.exp(x), x.size), tf.square(x), x), [1, 4, 1, 8]],
  'logic of comparisons': [
    (x) => {
      const [large, small] = [tf.greater(x, 3), tf.less(x, -2)];
      return tf.where(tf.logicalAnd(tf.logicalNot(large), tf.logicalNot(tf.logicalOr(large, small))), tf.square(x), x);
    },
    [-2, 4, 1, 1],
  ],
  'x · (x > 0)': [(x) => tf.mul(x, tf.cast(tf.greater(x, 0), 'float32')), [0, 1, 0, 1]],
  'two values compared': [(x) => tf.where(tf.greater(x, tf.reverse(x)), tf.square(x), x), [1, 4, 1, 8]],
  'a comparison added': [(x) => tf.add(tf.square(x), tf.cast(tf.less(x, 1), 'float32')), [-2, 4, -6, 8]],
  floor: [(x) => tf.mul(x, tf.floor(x)), [-1, 2, -3, 4]],
  ceil: [(x) => tf.mul(x, tf.ceil(x)), [-1, 2, -3, 4]],
  round: [(x) => tf.mul(x, tf.round(x)), [-1, 2, -3, 4]],
  sign: [(x) => tf.mul(x, tf.sign(x)), [-1, 1, -1, 1]],
  argMax: [(x) => tf.mul(x, tf.cast(tf.argMax(x), 'float32')), [3, 3, 3, 3]],
  'argMax compared': [(x) => tf.where(tf.greaterEqual(tf.argMax(x), 2), tf.square(x), x), [-2, 4, -6, 8]],
  'argMin compared': [(x) => tf.where(tf.greater(tf.argMin(x), 1), tf.square(x), x), [-2, 4, -6, 8]],
  oneHot: [(x) => tf.mul(x, tf.cast(tf.oneHot(tf.cast(tf.argMax(x), 'int32'), 4), 'float32')), [0, 0, 0, 1]],
};

describe.each(engineTable)('on %s', (_, make) => {
  test.each(Object.entries(cases))('%s has the gradient that other frameworks give', async (__, [f, wanted]) => {
    const engine = await orThrow(make);
    const gradient = engine.compile(
      ({ x }: X) => valueAndGrad(({ x: at }: X) => ({ loss: tf.sum(f(at)), aux: {} }))({ x }).gradients,
    );
    const { x } = await orThrow(
      engine.toHost<X>(await orThrow(gradient(engine.fromHost({ x: float32([4], [-1, 2, -3, 4]) })))),
    );
    expect([...x.data].map((value) => value + 0)).toEqual(wanted);
  });
});
