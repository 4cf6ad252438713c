/** The recipe for images of one's own. */
import { expect, test } from 'vitest';
import type { Dataset } from '../../src/data/index.js';
import { prepare, recipeFor, recipeSize } from '../../src/experiment/index.js';
import { right, someImages } from '../data/fixtures.js';

const photographs = (count: number, height = 80, width = 80, channels = 3): Dataset => ({
  name: 'photographs',
  classes: ['a', 'b', 'c'],
  train: someImages(count, height, width, channels),
  test: someImages(3, height, width, channels),
});

const modelOf = (dataset: Dataset, options = {}) => right(recipeFor(dataset, options)).models[0]!.config;

test('photographs are decoded larger than the model takes them, small images of one size as they are', () => {
  expect(recipeSize()([{ height: 300, width: 400 }])).toEqual({ height: 80, width: 80 });
  expect(recipeSize({ size: 96 })([{ height: 32, width: 32 }])).toEqual({ height: 120, width: 120 });
  expect(recipeSize()([{ height: 32, width: 32 }])).toEqual({ height: 32, width: 32 });
  expect(
    recipeSize()([
      { height: 32, width: 32 },
      { height: 30, width: 32 },
    ]),
  ).toEqual({ height: 80, width: 80 });
});

test.each([
  [80, 80, {}, { height: 64, width: 64, patch: 8 }],
  [64, 64, {}, { height: 64, width: 64, patch: 8 }],
  [32, 32, {}, { height: 32, width: 32, patch: 4 }],
  [28, 28, {}, { height: 28, width: 28, patch: 4 }],
  [48, 30, {}, { height: 48, width: 30, patch: 6 }],
  [5, 7, {}, { height: 6, width: 8, patch: 2 }],
  [120, 120, { size: 96 }, { height: 96, width: 96, patch: 12 }],
  [80, 80, { patch: 10 }, { height: 60, width: 60, patch: 10 }],
])('images of %d × %d with %o', (height, width, options, { patch, ...size }) => {
  const dataset = photographs(6, height, width, 1);
  expect(modelOf(dataset, options)).toMatchObject({ image: { ...size, channels: 1 }, classes: 3, patch });
  expect(prepare(right(recipeFor(dataset, options)), dataset)).toMatchObject({ _tag: 'Right' });
});

test('more images have fewer epochs, within limits', () => {
  const epochs = [6, 1600, 4000, 100_000].map((count) => {
    const { train, ...rest } = photographs(6, 8, 8);
    return right(recipeFor({ ...rest, train: { ...train, count } })).epochs;
  });
  expect(epochs).toEqual([150, 100, 40, 8]);
});

test('depth and width are chosen, and heads follow', () => {
  const model = modelOf(photographs(6), { depth: 2, width: 192 });
  expect(model).toMatchObject({ depth: 2, dim: 192, heads: 6, headDim: 32, mlp: { units: [384, 192] } });
});

test('what no model can have is an error that names it', () => {
  const given = photographs(6);
  expect(recipeFor(given, { patch: -1 })).toMatchObject({ left: { _tag: 'ConfigError' } });
  expect(recipeFor(given, { depth: 1.5 })).toMatchObject({ left: { field: 'models.0.config.depth' } });
  expect(recipeFor(given, { width: Number.NaN })).toMatchObject({ left: { _tag: 'ConfigError' } });
  expect(recipeFor({ ...given, train: { ...given.train, count: 0 } })).toMatchObject({
    left: { message: expect.stringContaining("expected images to train on, but 'photographs' has none") },
  });
});
