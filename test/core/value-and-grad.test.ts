import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { leaves } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { bits } from './harness.js';

type Params = {
  readonly list: readonly [{ readonly w: tf.Tensor }, { readonly w: tf.Tensor }];
  readonly single: tf.Tensor;
};

const params = (): Params => ({
  list: [{ w: tf.tensor1d([1, 2, 3]) }, { w: tf.tensor2d([[4, 5]]) }],
  single: tf.scalar(7),
});
const square = (p: Params): tf.Tensor => tf.sum(tf.square(p.list[0].w));

/** How many tensors remain after all results are disposed. */
const leaked = (given: Params, compute: (p: Params) => unknown): number => {
  const before = tf.memory().numTensors;
  const made = compute(given);
  // The results may include the arguments.
  for (const tensor of new Set(leaves<tf.Tensor>(made ?? {})))
    if (!leaves<tf.Tensor>(given).includes(tensor)) tensor.dispose();
  return tf.memory().numTensors - before;
};

describe('valueAndGrad', () => {
  test('gradients have the structure of the parameters, and are zeros for a leaf that the loss does not use', () => {
    const p = params();
    const { loss, gradients } = valueAndGrad((q: Params) => ({ loss: square(q), aux: {} }))(p);
    expect(bits(loss)).toEqual([14]);
    expect(bits(gradients.list[0].w)).toEqual([2, 4, 6]);
    expect(gradients.list[1].w.arraySync()).toEqual([[0, 0]]);
    expect(gradients.single.arraySync()).toBe(0);
  });

  test('the gradients of a loss that uses no leaf are zeros', () => {
    const { loss, gradients } = valueAndGrad((_: Params) => ({ loss: tf.scalar(3), aux: {} }))(params());
    expect(bits(loss)).toEqual([3]);
    expect(leaves<tf.Tensor>(gradients).flatMap(bits)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('returns auxiliary values, including trees', () => {
    const { aux } = valueAndGrad((p: Params) => {
      const doubled = tf.mul(p.list[0].w, 2);
      return { loss: tf.sum(doubled), aux: { doubled, more: [tf.neg(p.single)] } };
    })(params());
    expect(bits(aux.doubled)).toEqual([2, 4, 6]);
    expect(bits(aux.more[0]!)).toEqual([-7]);
  });

  test('an empty tree has no gradients', () => {
    const { loss, gradients, aux } = valueAndGrad((_: Readonly<Record<never, never>>) => {
      const value = tf.scalar(2);
      return { loss: tf.square(value), aux: value };
    })({});
    expect([bits(loss), gradients, bits(aux)]).toEqual([[4], {}, [2]]);
  });

  test('does not dispose a parameter that is also an auxiliary value', () => {
    const p = params();
    const { aux } = valueAndGrad((q: Params) => ({ loss: square(q), aux: { weight: q.list[0].w } }))(p);
    expect(bits(aux.weight)).toEqual([1, 2, 3]);
    expect(leaves<tf.Tensor>(p).map((tensor) => tensor.isDisposed)).toEqual([false, false, false]);
  });

  test('does not dispose a captured tensor that is also an auxiliary value', () => {
    const labels = tf.tensor1d([1, 0, 1]);
    valueAndGrad((q: Params) => ({ loss: square(q), aux: { labels } }))(params());
    expect(labels.isDisposed).toBe(false);
  });

  test('the loss can also be an auxiliary value', () => {
    const { loss, aux } = valueAndGrad((q: Params) => {
      const value = square(q);
      return { loss: value, aux: { value, again: value } };
    })(params());
    expect([loss, aux.value, aux.again].map(bits)).toEqual([[14], [14], [14]]);
  });

  test('leaks no tensors', () => {
    expect(
      leaked(
        params(),
        valueAndGrad((p: Params) => ({ loss: square(p), aux: [tf.mul(p.single, 2), tf.scalar(1)] })),
      ),
    ).toBe(0);
  });

  test('leaks no tensors when the function throws, and works afterwards', () => {
    const throwing = (p: Params): undefined => {
      const f = (q: Params): { loss: tf.Tensor; aux: object } => {
        tf.square(q.single);
        throw new Error('oops');
      };
      expect(() => valueAndGrad(f)(p)).toThrow('oops');
    };
    const p = params();
    expect(leaked(p, throwing)).toBe(0);
    expect(bits(valueAndGrad((q: Params) => ({ loss: square(q), aux: {} }))(p).gradients.list[0].w)).toEqual([2, 4, 6]);
  });

  test('leaks no tensors when an operation has no gradient', () => {
    const withoutGradient = (p: Params): undefined => {
      const f = (q: Params) => {
        const values = tf.scatterND(tf.tensor2d([0, 1, 2], [3, 1], 'int32'), q.list[0].w, [3]);
        return { loss: tf.sum(values), aux: { values, doubled: tf.mul(q.single, 2) } };
      };
      expect(() => valueAndGrad(f)(p)).toThrow();
    };
    expect(leaked(params(), withoutGradient)).toBe(0);
  });

  test('within a tidy, only the results survive', () => {
    const p = params();
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => valueAndGrad((q: Params) => ({ loss: square(q), aux: tf.neg(q.single) }))(p).loss);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(bits(kept)).toEqual([14]);
  });

  test('can be differentiated through: second derivatives', () => {
    const second = tf.grad((w: tf.Tensor) => {
      const { gradients } = valueAndGrad((p: { w: tf.Tensor }) => ({ loss: tf.sum(tf.pow(p.w, 3)), aux: {} }))({
        w,
      });
      return tf.sum(gradients.w);
    });
    expect(bits(second(tf.tensor1d([1, 2])))).toEqual([6, 12]);
  });
});
