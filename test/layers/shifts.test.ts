import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { imageShape, shape } from '../../src/core/axes.js';
import { named } from '../../src/core/named.js';
import {
  type Directions,
  type ShiftOrder,
  shiftedPatchTokens,
  shiftedViews,
  shiftImages,
  shifts,
} from '../../src/layers/index.js';
import { bits, expectClose, left, noise, tensorOf } from '../core/harness.js';
import { batch, images, run, x } from './on-images.js';
import * as oracle from './oracle.js';

/** The offset of a view: `out[y, x] = in[y + dy · s, x + dx · s]`. */
type Look = readonly [dy: number, dx: number];
// Keras: left-up is cropped at (s, s) and padded below and on the right; then left-down, right-up, right-down.
const kerasDiagonals: readonly Look[] = [
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
];
// Official: x_pad[:-2s, :-2s], x_pad[:-2s, 2s:], x_pad[2s:, :-2s], x_pad[2s:, 2s:].
const officialDiagonals: readonly Look[] = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];
// Official, commented out: l, r, t, b are x_pad[s:-s, :-2s], [s:-s, 2s:], [:-2s, s:-s], [2s:, s:-s].
const officialCardinals: readonly Look[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];

const views = (looks: readonly Look[], pixels: number): readonly oracle.Image[] =>
  batch.map((image) =>
    oracle.channels([image, ...looks.map(([dy, dx]) => oracle.lookAside(image, dy * pixels, dx * pixels))]),
  );

describe('shifted views', () => {
  test.each<[Directions, ShiftOrder, readonly Look[]]>([
    ['diagonal', 'keras', kerasDiagonals],
    ['diagonal', 'official', officialDiagonals],
    ['cardinal', 'official', officialCardinals],
    ['all', 'official', [...officialCardinals, ...officialDiagonals]],
  ])('%s in %s order', (directions, order, looks) => {
    for (const pixels of [1, 2, 7]) {
      const { output, shape: declared } = run(shiftedViews(shifts(directions, order), pixels));
      expect(bits(output)).toEqual(oracle.flat(views(looks, pixels)));
      expect(declared.sizes).toEqual([2, 8, 12, 2 * (1 + looks.length)]);
    }
  });

  test('each set has each of its directions once, in either order, named after the direction in which the content moves', () => {
    for (const directions of ['diagonal', 'cardinal', 'all'] as const) {
      const [keras, official] = (['keras', 'official'] as const).map((order) => shifts(directions, order));
      const names = (set: typeof keras) => set!.map((shift) => shift.name).sort();
      expect(names(keras)).toEqual(names(official));
      expect(new Set(names(keras)).size).toBe({ diagonal: 4, cardinal: 4, all: 8 }[directions]);
      for (const { name, down, right } of keras!)
        expect([name.includes('down'), name.includes('up'), name.includes('right'), name.includes('left')]).toEqual([
          down === 1,
          down === -1,
          right === 1,
          right === -1,
        ]);
    }
    expect(shifts('diagonal', 'keras').map(({ name }) => name)).toEqual([
      'left-up',
      'left-down',
      'right-up',
      'right-down',
    ]);
  });

  test('images move by any number of pixels, and zeros fill the gap', () => {
    for (const [down, right] of [
      [0, 0],
      [3, 0],
      [-1, 5],
      [7, -11],
    ] as const)
      expect(bits(shiftImages(x, down, right))).toEqual(
        oracle.flat(batch.map((image) => oracle.lookAside(image, -down, -right))),
      );
  });

  test('a shift by zero, by a fraction of a pixel or by the whole image is rejected', () => {
    for (const pixels of [0, 8, 1.5, -1])
      expect(left(named('spt', shiftedViews(shifts('diagonal', 'keras'), pixels)).init(images)).path).toEqual(['spt']);
    expect(left(named('tokens', shiftedPatchTokens({ patch: 1, dim: 4 })).init(images)).path[0]).toBe('tokens');
  });
});

describe('shifted patch tokens', () => {
  interface Params {
    readonly norm: { readonly scale: oracle.Vector; readonly offset: oracle.Vector };
    readonly projection: oracle.Projection;
  }
  const expected = (
    { norm, projection }: Params,
    looks: readonly Look[],
    pixels: number,
    patch: number,
    epsilon: number,
  ) =>
    views(looks, pixels).map((image) =>
      oracle.dense(
        oracle.layerNorm(oracle.patches(image, patch), norm.scale, norm.offset, epsilon),
        projection.weight,
        projection.bias,
      ),
    );

  test('as in Keras: half a patch, [original, left-up, left-down, right-up, right-down], ε = 1e-6', () => {
    const { output, params, shape: declared } = run<Params>(shiftedPatchTokens({ patch: 4, dim: 5 }));
    expect(params.norm.scale).toHaveLength(5 * 2 * 16);
    expectClose(bits(output), oracle.flat(expected(params, kerasDiagonals, 2, 4, 1e-6)));
    expect(declared).toEqual(shape(['batch', 'token', 'feature'], [2, 6, 5]));
  });

  test('as in the official code: [x, lu, ru, lb, rb], ε = 1e-5', () => {
    const { output, params } = run<Params>(shiftedPatchTokens({ patch: 4, dim: 5, order: 'official', epsilon: 1e-5 }));
    expectClose(bits(output), oracle.flat(expected(params, officialDiagonals, 2, 4, 1e-5)));
  });

  test('with all eight shifts of a quarter of a patch', () => {
    const { output, params } = run<Params>(
      shiftedPatchTokens({ patch: 4, dim: 5, directions: 'all', order: 'official', ratio: 0.25 }),
    );
    expectClose(bits(output), oracle.flat(expected(params, [...officialCardinals, ...officialDiagonals], 1, 4, 1e-6)));
  });

  test('half of an odd patch is rounded down', () => {
    const odd = imageShape({ height: 10, width: 5, channels: 2 }, 1);
    const value = noise(7, odd.sizes);
    const { output, params } = run<Params>(shiftedPatchTokens({ patch: 5, dim: 3 }), odd, tensorOf(value));
    const [image] = oracle.nested<readonly oracle.Image[]>(value);
    const seen = oracle.channels([
      image!,
      ...kerasDiagonals.map(([dy, dx]) => oracle.lookAside(image!, 2 * dy, 2 * dx)),
    ]);
    const normed = oracle.layerNorm(oracle.patches(seen, 5), params.norm.scale, params.norm.offset, 1e-6);
    expectClose(bits(output), oracle.flat(oracle.dense(normed, params.projection.weight, params.projection.bias)));
  });
});
