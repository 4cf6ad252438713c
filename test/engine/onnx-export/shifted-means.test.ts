/** Means in exported models: only where one is subtracted from what it is the mean of, the first number is subtracted from both. */
import '../../support/tfjs.js';
import { expect, test } from 'vitest';
import * as v from '../../../src/index.js';
import { right } from '../../data/fixtures.js';
import { contentsOf } from './contents.js';
import { runOnnx } from './run-onnx.js';

const { tf } = v;
type X = v.Tensor<['batch', 'row', 'column']>;
const inputs = { x: { axes: ['batch', 'row', 'column'], sizes: [1, 2, 3] } } as const;
const data = [1, 2, 6, 10, 20, 60];

const exported = async (f: (x: X) => Readonly<Record<string, v.Tensor>>) => {
  const model = right(v.exportFunction((_: Record<string, never>, { x }) => f(x), {}, { inputs }));
  const results = await runOnnx(model, { x: v.float32([1, 2, 3], data) });
  const slices = contentsOf(model.bytes).operators.filter(({ operator }) => operator === 'Slice').length;
  return { slices, values: results.map((result) => Array.from(result.data)) };
};

test('means along two axes of one value', async () => {
  const { slices, values } = await exported((x) => ({
    rows: tf.sub(x, tf.mean(x, 1, true)),
    columns: tf.sub(x, tf.mean(x, 2, true)),
  }));
  expect(slices).toBe(2);
  expect(values).toEqual([
    [-4.5, -9, -27, 4.5, 9, 27],
    [-2, -1, 3, -20, -10, 30],
  ]);
});

test.each<readonly [string, (x: X) => Readonly<Record<string, v.Tensor>>, readonly (readonly number[])[]]>([
  [
    'a mean that is needed itself',
    (x) => ({ centered: tf.sub(x, tf.mean(x, 2, true)), mean: tf.mean(x, 2, true) }),
    [
      [-2, -1, 3, -20, -10, 30],
      [3, 30],
    ],
  ],
  ['a mean of another value', (x) => ({ y: tf.sub(x, tf.mean(tf.mul(x, 2), 2, true)) }), [[-5, -4, 0, -50, -40, 0]]],
  [
    'a mean along two axes',
    (x) => ({ y: tf.sub(x, tf.mean(x, [1, 2], true)) }),
    [[-15.5, -14.5, -10.5, -6.5, 3.5, 43.5]],
  ],
  ['what is subtracted from a mean', (x) => ({ y: tf.sub(tf.mean(x, 2, true), x) }), [[2, 1, -3, 20, 10, -30]]],
])('%s stays as it is', async (_, f, expected) => {
  const { slices, values } = await exported(f);
  expect(slices).toBe(0);
  expect(values).toEqual(expected);
});
