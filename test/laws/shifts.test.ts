/** Shifts of images: a shift back recovers the pixels that stayed inside, and is the transpose of the shift. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { type Directions, type ShiftOrder, shiftedViews, shiftImages, shifts } from '../../src/layers/index.js';
import { bits, noise, tensorOf } from '../core/harness.js';

const cases = fc
  .record({
    height: fc.integer({ min: 2, max: 7 }),
    width: fc.integer({ min: 2, max: 7 }),
    channels: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ height: rows, width: columns, channels }) =>
    fc.record({
      size: fc.constant([2, rows, columns, channels] as const),
      down: fc.integer({ min: 1 - rows, max: rows - 1 }),
      right: fc.integer({ min: 1 - columns, max: columns - 1 }),
      pixels: fc.integer({ min: 1, max: Math.min(rows, columns) - 1 }),
    }),
  );

/** The images with zeros for pixels lost by a shift and its reverse. */
const interior = (images: tf.Tensor, down: number, right: number): tf.Tensor => {
  const [, rows, columns] = images.shape as [number, number, number, number];
  const kept = (at: number, size: number, shift: number): number => (at + shift >= 0 && at + shift < size ? 1 : 0);
  const mask = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => [kept(row, rows, down) * kept(column, columns, right)]),
  );
  return tf.where(tf.greater(tf.tensor3d(mask), 0), images, tf.zerosLike(images));
};

test('shifting back recovers the pixels that stayed inside, with zeros for the rest', () => {
  fc.assert(
    fc.property(cases, ({ size, down, right }) => {
      const images = tensorOf(noise(1, size));
      const back = shiftImages(shiftImages(images, down, right) as never, -down, -right);
      expect(bits(back)).toEqual(bits(interior(images, down, right)));
    }),
  );
});

test('each view of shifted patch tokenization, shifted back, is the original inside', () => {
  const sets = fc.record({
    directions: fc.constantFrom<Directions[]>('diagonal', 'cardinal', 'all'),
    order: fc.constantFrom<ShiftOrder[]>('keras', 'official'),
  });
  fc.assert(
    fc.property(cases, sets, ({ size, pixels }, { directions, order }) => {
      const images = tensorOf(noise(2, size));
      const views = shifts(directions, order);
      const all = shiftedViews(views, pixels).apply({}, images as never, evaluation) as tf.Tensor;
      const [original, ...others] = tf.split(all, views.length + 1, 3);
      expect(bits(original!)).toEqual(bits(images));
      views.forEach(({ down, right }, i) => {
        const back = shiftImages(others[i]! as never, -down * pixels, -right * pixels);
        expect(bits(back)).toEqual(bits(interior(images, down * pixels, right * pixels)));
        expect(bits(others[i]!)).not.toEqual(bits(images));
      });
    }),
    { numRuns: 40 },
  );
});

test('the gradient of a shift is the shift back', () => {
  fc.assert(
    fc.property(cases, ({ size, down, right }) => {
      const upstream = tensorOf(noise(3, size));
      const { gradients } = valueAndGrad((p: { readonly x: tf.Tensor }) => ({
        loss: tf.sum(tf.mul(shiftImages(p.x as never, down, right) as tf.Tensor, upstream)),
        aux: {},
      }))({ x: tensorOf(noise(4, size)) });
      expect(bits(gradients.x)).toEqual(bits(shiftImages(upstream as never, -down, -right)));
    }),
    { numRuns: 40 },
  );
});
