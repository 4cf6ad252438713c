import '../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Logits, Tensor } from '../../../src/core/axes.js';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { valueAndGrad } from '../../../src/core/value-and-grad.js';
import type { ClassTarget, CrossEntropyOptions } from '../../../src/train/index.js';
import { crossEntropy, inTopK } from '../../../src/train/index.js';
import { bits, expectClose, forAll, noise } from '../../core/harness.js';
import { left, right } from '../../engine/engines.js';
import { crossEntropyGradientOf, crossEntropyOf, oneHotOf, type Row } from '../../support/classification-reference.js';
import { engineTable } from '../../support/engine-table.js';

const [images, classes] = [12, 7];
const rowsOf = (flat: ArrayLike<number>): readonly Row[] =>
  Array.from({ length: images }, (_, i) => Array.from(flat).slice(i * classes, (i + 1) * classes));
const scores = rowsOf(noise(31, [images, classes]).data.map((value) => 3 * value));
const classOf = scores.map((_, i) => (i * 5) % classes);
const oneHot = classOf.map((label) => oneHotOf(label, classes));
/** Positive numbers that add up to 1 in each row. */
const distributions = rowsOf(noise(32, [images, classes]).data).map((row) => {
  const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
  return row.map((value) => Math.exp(value) / total);
});
const logits = tf.tensor2d(scores.map((row) => [...row]));
const labels = tf.tensor1d(classOf, 'int32');
const tensorOf = (rows: readonly Row[]): tf.Tensor2D => tf.tensor2d(rows.map((row) => [...row]));
const classWeights = [1, 0.5, 2, 0, 3, 0.25, 1];

const gradientOf = (x: tf.Tensor, target: ClassTarget, options: CrossEntropyOptions): readonly number[] =>
  bits(
    valueAndGrad((p: { x: Tensor<Logits> }) => ({ loss: tf.sum(crossEntropy(p.x, target, options)), aux: {} }))({ x })
      .gradients.x,
  );

const targets: readonly (readonly [string, ClassTarget, readonly Row[]])[] = [
  ['labels', labels, oneHot],
  ['distributions', tensorOf(distributions), distributions],
];
const options: readonly CrossEntropyOptions[] = [
  {},
  { labelSmoothing: 0.1 },
  { labelSmoothing: 0.5 },
  { classWeights },
  { labelSmoothing: 0.2, classWeights },
];

describe.each(targets)('crossEntropy of %s', (_, target, rows) => {
  test.each(options)('is one number per image, in nats: %o', (given) => {
    expectClose(
      bits(crossEntropy(logits, target, given)),
      scores.map((row, i) => crossEntropyOf(row, rows[i]!, given)),
    );
  });

  test.each(options)('has the gradient softmax − target: %o', (given) => {
    expectClose(
      gradientOf(logits, target, given),
      scores.flatMap((row, i) => crossEntropyGradientOf(row, rows[i]!, given)),
    );
  });

  test('has the gradient that finite differences give', () => {
    const given = { labelSmoothing: 0.2, classWeights };
    const step = 1e-5;
    const differences = scores.flatMap((row, i) =>
      row.map((_score, j) => {
        const at = (change: number): number => crossEntropyOf(row.with(j, row[j]! + change), rows[i]!, given);
        return (at(step) - at(-step)) / (2 * step);
      }),
    );
    expectClose(gradientOf(logits, target, given), differences, 1e-4);
  });
});

describe('crossEntropy', () => {
  test('of one-hot distributions has the same bits as that of the labels', () => {
    for (const given of options) {
      expect(bits(crossEntropy(logits, tensorOf(oneHot), given))).toEqual(bits(crossEntropy(logits, labels, given)));
      expect(gradientOf(logits, tensorOf(oneHot), given)).toEqual(gradientOf(logits, labels, given));
    }
  });

  test('is not smoothed by default; equal logits give ln(classes)', () => {
    expect(bits(crossEntropy(logits, labels))).toEqual(bits(crossEntropy(logits, labels, { labelSmoothing: 0 })));
    expectClose(bits(crossEntropy(tf.zeros([1, classes]), tf.tensor1d([3], 'int32'))), [Math.log(classes)]);
  });

  test('with class weights of 1 is the same as without', () => {
    const ones = { classWeights: classWeights.map(() => 1) };
    expect(bits(crossEntropy(logits, labels, ones))).toEqual(bits(crossEntropy(logits, labels)));
  });

  test('stays finite for very different logits', () => {
    const far = tf.tensor2d([[1000, -1000, 0]]);
    expect(bits(crossEntropy(far, tf.tensor1d([1], 'int32')))).toEqual([2000]);
    expect(bits(crossEntropy(far, tf.tensor1d([0], 'int32')))[0]).toBeCloseTo(0, 6);
  });

  test('is linear in the target: a mixture of two labels has the mixture of their losses', () => {
    forAll(
      [fc.nat(classes - 1), fc.nat(classes - 1), fc.double({ min: 0, max: 1, noNaN: true })],
      (a, b, share) => {
        const rows = scores.map(() =>
          oneHotOf(a, classes).map((value, i) => share * value + (1 - share) * oneHotOf(b, classes)[i]!),
        );
        const [first, second] = [a, b].map((label) =>
          bits(crossEntropy(logits, tf.fill([images], label, 'int32') as tf.Tensor1D)),
        );
        expectClose(
          bits(crossEntropy(logits, tensorOf(rows))),
          first!.map((loss, i) => share * loss + (1 - share) * second![i]!),
        );
      },
      20,
    );
  });
});

describe.each(engineTable)('crossEntropy on %s', (_, make) => {
  const compute = async (target: HostTensor, values: HostTensor) => {
    const engine = await right(make);
    const f = engine.compile((args: { readonly logits: Tensor<Logits>; readonly target: ClassTarget }) => {
      const losses = crossEntropy(args.logits, args.target);
      const { gradients } = valueAndGrad((p: { x: Tensor<Logits> }) => ({
        loss: tf.sum(crossEntropy(p.x, args.target)),
        aux: {},
      }))({ x: args.logits });
      return { losses, gradient: gradients.x };
    });
    const result = await right(f(engine.fromHost({ logits: values, target })));
    const { losses, gradient } = await right(engine.toHost(result));
    return { losses: Array.from(losses.data), gradient: Array.from(gradient.data) };
  };
  const impossible = float32([1, 4], [1, 2, Number.NEGATIVE_INFINITY, 4]);
  const normalizer = Math.E + Math.E ** 2 + Math.E ** 4;

  test.each([
    ['a label', int32([1], [3])],
    ['a distribution', float32([1, 4], [0, 0, 0, 1])],
  ])('a logit of −∞ for a class that is not the target adds nothing: %s', async (__, target) => {
    const { losses, gradient } = await compute(target, impossible);
    expect(losses[0]).toBeCloseTo(Math.log(normalizer) - 4, 6);
    expect(losses[0]).toBeCloseTo(0.169846, 6);
    expectClose(gradient, [Math.E / normalizer, Math.E ** 2 / normalizer, 0, Math.E ** 4 / normalizer - 1]);
    expect(gradient[2]).toBe(0);
  });

  test('a logit of −∞ for the target gives an infinite loss', async () => {
    expect((await compute(int32([1], [2]), impossible)).losses).toEqual([Number.POSITIVE_INFINITY]);
  });

  test('a label that is not a class gives NaN for its image, and does not affect other images', async () => {
    const values = float32([4, 4], [1, 2, 3, 4, -1, -2, -3, -4, 0, 0, 0, 0, 1, 2, 3, 4]);
    const { losses } = await compute(int32([4], [-1, 4, 1, 1_000_000]), values);
    expect(losses.map(Number.isNaN)).toEqual([true, true, false, true]);
    expect(losses[2]).toBeCloseTo(Math.log(4), 6);
  });

  // tfjs repeats an axis of size 1.
  test.each([
    ['one label for all images', int32([1], [0]), '[3]', '[1]'],
    ['a label more', int32([4], [0, 0, 0, 0]), '[3]', '[4]'],
    ['one distribution for all images', float32([1, 2], [1, 0]), '[3, 2]', '[1, 2]'],
    ['distributions over other classes', float32([3, 1], [1, 1, 1]), '[3, 2]', '[3, 1]'],
  ])('refuses %s', async (__, target, expected, given) => {
    const engine = await right(make);
    const logits = float32([3, 2], [1, 2, 3, 4, 5, 6]);
    type Given = { readonly logits: Tensor<Logits>; readonly target: ClassTarget };
    for (const [user, f] of [
      ['cross-entropy', (args: Given) => crossEntropy(args.logits, args.target)],
      ['top-k', (args: Given) => inTopK(args.logits, args.target, 1)],
    ] as const)
      expect(await left(engine.compile(f)(engine.fromHost({ logits, target })))).toMatchObject({
        kind: 'wrong-shape',
        message: `${user}: expected a target ${expected} for logits [3, 2], got ${given}`,
      });
  });
});
