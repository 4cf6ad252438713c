import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { fold, key, split } from '../../../src/core/key.js';
import { flip, flipHorizontally } from '../../../src/data/augment/flip.js';
import { normalize } from '../../../src/data/augment/normalize.js';
import { resize } from '../../../src/data/augment/resize.js';
import { rotate } from '../../../src/data/augment/rotate.js';
import { shift, shiftBy } from '../../../src/data/augment/shift.js';
import { zoom } from '../../../src/data/augment/zoom.js';
import {
  adapt,
  adaptedPipeline,
  concatenateSources,
  imagesFromBytes,
  outputSize,
  type Pipeline,
  pipeline,
  pipelineWith,
  statisticsOf,
  Transform,
  type TransformData,
  Transforms,
} from '../../../src/data/index.js';
import { image, left, right, someImages } from '../fixtures.js';

const plain = { mean: [0], std: [1] };
const ramp = image(2, 3, 1, [1, 2, 3, 4, 5, 6]);

describe('normalize', () => {
  test('adapted to images gives each channel mean 0 and population standard deviation 1', () => {
    const images = someImages(7);
    const apply = normalize(right(statisticsOf(images)));
    const values = Array.from({ length: 7 }, (_, i) => [...apply(images.image(i)).data]).flat();
    for (const channel of [0, 1, 2]) {
      const own = values.filter((_, i) => i % 3 === channel);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      expect(mean).toBeCloseTo(0, 6);
      expect(own.reduce((sum, value) => sum + value ** 2, 0) / own.length).toBeCloseTo(1, 5);
    }
  });

  test('computes mean and standard deviation per channel', () => {
    const pixels = Uint8Array.of(0, 9, 255, 9, 0, 9, 255, 9);
    const size = { height: 1, width: 2, channels: 2, count: 2 };
    const images = right(imagesFromBytes({ ...size, pixels, labels: [0, 0], classes: ['one'] }));
    expect(right(statisticsOf(images))).toEqual({ mean: [127.5, 9], std: [127.5, 1e-7] });
  });

  test('computes statistics over images of different sizes', () => {
    const [small, large] = [someImages(2, 1, 2, 1), someImages(1, 2, 3, 1)];
    const values = [small.image(0), small.image(1), large.image(0)].flatMap(({ data }) => [...data]);
    const mean = values.reduce((sum, value) => sum + value, 0) / 10;
    expect(right(statisticsOf(right(concatenateSources([small, large])))).mean[0]).toBeCloseTo(mean, 10);
  });

  test('rejects images whose statistics are undefined', () => {
    const mixed = right(concatenateSources([someImages(2, 2, 2, 1), someImages(1, 2, 2, 3)]));
    expect(left(statisticsOf(mixed))).toMatchObject({ kind: 'mismatch', file: 'image 2', actual: '3' });
    const halves = { ...someImages(2, 1, 1, 1), image: () => image(1, 1, 1, [0.5]) };
    expect(left(statisticsOf(halves))).toMatchObject({ kind: 'mismatch', actual: '0.5' });
    expect(left(statisticsOf({ ...someImages(1), count: 0 })).kind).toBe('empty');
  });
});

describe('resize', () => {
  test('has half-pixel centres and clamps at the edge', () => {
    expect([...resize(1, 4)(image(1, 2, 1, [0, 8])).data]).toEqual([0, 2, 6, 8]);
    expect([...resize(4, 1)(image(2, 1, 1, [0, 8])).data]).toEqual([0, 2, 6, 8]);
  });

  test('does not smooth when downsizing', () => {
    expect([...resize(1, 2)(image(1, 6, 1, [0, 1, 2, 3, 4, 5])).data]).toEqual([1, 4]);
  });

  test('does not mix channels', () => {
    expect([...resize(1, 3)(image(1, 1, 2, [1, 2])).data]).toEqual([1, 2, 1, 2, 1, 2]);
  });

  test('to the same size is the identity', () => {
    expect(resize(2, 3)(ramp)).toEqual(ramp);
  });
});

describe('flip', () => {
  test('mirrors rows and keeps the channels of a pixel in order', () => {
    expect([...flipHorizontally(image(1, 2, 3, [1, 2, 3, 4, 5, 6])).data]).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test('twice is the identity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (rows, columns) => {
        const from = someImages(1, rows, columns).image(0);
        expect(flipHorizontally(flipHorizontally(from))).toEqual(from);
      }),
    );
  });

  test('flips about half of the images', () => {
    const flipped = split(key(3), 2000).filter((k) => flip(k, ramp).data[0] === 3).length;
    expect(Math.abs(flipped - 1000)).toBeLessThan(100);
  });
});

describe('shift', () => {
  test('moves down and right, and fills the gap', () => {
    expect([...shiftBy(1, 1)(ramp).data]).toEqual([0, 0, 0, 0, 1, 2]);
    expect([...shiftBy(-1, -2, 9)(ramp).data]).toEqual([6, 9, 9, 9, 9, 9]);
    expect([...shiftBy(2, 0)(ramp).data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...shiftBy(0, -3)(ramp).data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('by nothing is the identity', () => {
    expect(shiftBy(0, 0)(ramp)).toEqual(ramp);
    expect(shift(0)(key(1), ramp)).toEqual(ramp);
  });

  test('reaches each of the (2p + 1)² offsets about equally often', () => {
    const dot = image(3, 3, 1, [0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const counts = Array(9).fill(0) as number[];
    for (const k of split(key(8), 1800)) counts[shift(1)(k, dot).data.indexOf(1)]! += 1;
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(70);
  });
});

describe('rotate and zoom', () => {
  test('by a factor of 0 are the identity', () => {
    expect(rotate(0)(key(1), ramp)).toEqual(ramp);
    expect(zoom(0, 0)(key(1), ramp)).toEqual(ramp);
  });

  test('rotate stays within ± factor · 2π and reaches both ends', () => {
    // On a ramp along the columns, the row below the centre shows the sine of the angle.
    const columns = image(3, 3, 1, [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    const sines = split(key(5), 500).map((k) => 1 - rotate(0.02)(k, columns).data[7]!);
    const limit = Math.sin(0.02 * 2 * Math.PI);
    expect(Math.max(...sines)).toBeLessThanOrEqual(limit + 1e-6);
    expect(Math.min(...sines)).toBeGreaterThanOrEqual(-limit - 1e-6);
    expect(Math.max(...sines)).toBeGreaterThan(0.95 * limit);
    expect(Math.min(...sines)).toBeLessThan(-0.95 * limit);
  });

  test('zoom draws both factors from 1 ± f, independently', () => {
    // On a ramp along one axis, a step from the centre shows the factor of that axis.
    const columns = image(
      5,
      5,
      1,
      Array.from({ length: 25 }, (_, i) => i % 5),
    );
    const rows = image(
      5,
      5,
      1,
      Array.from({ length: 25 }, (_, i) => Math.floor(i / 5)),
    );
    const drawn = split(key(6), 500).map((k) => {
      const seen = (from: typeof rows, at: number) => zoom(0.2, 0.4)(k, from).data[at]! - 2;
      return [seen(rows, 17), seen(columns, 13)] as const;
    });
    for (const [i, f] of [0.2, 0.4].entries()) {
      const factors = drawn.map((pair) => pair[i]!);
      expect(Math.min(...factors)).toBeGreaterThanOrEqual(1 - f - 1e-6);
      expect(Math.max(...factors)).toBeLessThanOrEqual(1 + f + 1e-6);
      expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(1.9 * f);
    }
    const together = drawn.reduce((sum, [h, w]) => sum + ((h - 1) / 0.2) * ((w - 1) / 0.4), 0) / drawn.length;
    expect(Math.abs(together)).toBeLessThan(0.08);
  });
});

describe('pipeline', () => {
  const all: readonly Transform[] = [
    { kind: 'normalize', ...plain },
    { kind: 'resize', height: 8, width: 9 },
    { kind: 'flip' },
    { kind: 'rotate', factor: 0.1 },
    { kind: 'zoom', height: 0.2, width: 0.3 },
    { kind: 'shift', pixels: 2 },
  ];
  const made = (transforms: readonly TransformData[]): Pipeline => right(pipeline(transforms));

  test('the same key gives the same bits, another key different ones', () => {
    const { augment } = made(all);
    expect(augment(key(1), ramp)).toEqual(augment(key(1), ramp));
    expect(augment(key(1), ramp)).not.toEqual(augment(key(2), ramp));
  });

  test('applies the transforms in order, each with the key of its position', () => {
    const stepwise = rotate(0.1)(fold(key(1), 2), resize(8, 9)(normalize(plain)(ramp)));
    expect(made([all[0]!, all[1]!, all[3]!]).augment(key(1), ramp)).toEqual(stepwise);
  });

  test('gives two transforms of the same kind different bits', () => {
    const { augment } = made([{ kind: 'flip' }, { kind: 'flip' }]);
    const flips = split(key(2), 200).filter((k) => augment(k, ramp).data[0] === 3).length;
    expect(Math.abs(flips - 100)).toBeLessThan(40);
  });

  test('evaluation only normalizes and resizes', () => {
    const statistics = { mean: [1], std: [2] };
    const { preprocess } = made([{ kind: 'normalize', ...statistics }, ...all.slice(1)]);
    expect(preprocess(ramp)).toEqual(resize(8, 9)(normalize(statistics)(ramp)));
  });

  test('computes the output size', () => {
    const { augment } = made(all);
    const { data: _, ...size } = augment(key(1), ramp);
    expect(right(made(all).outputSize(ramp))).toEqual(size);
    expect(size).toEqual({ height: 8, width: 9, channels: 1 });
    expect(right(made([{ kind: 'flip' }]).outputSize(ramp))).toMatchObject({ height: 2, width: 3, channels: 1 });
    // The last of two resizings decides.
    const twice = made([...all, { kind: 'resize', height: 5, width: 4 }]);
    expect(right(twice.outputSize(ramp))).toEqual({ height: 5, width: 4, channels: 1 });
    expect(twice.preprocess(ramp).data).toHaveLength(20);
  });

  test('the size is known without statistics', () => {
    const transforms = [{ kind: 'normalize' }, { kind: 'resize', height: 5, width: 4 }];
    expect(right(outputSize(transforms, ramp))).toEqual({ height: 5, width: 4, channels: 1 });
    expect(right(outputSize([{ kind: 'flip' }], ramp)), 'without the pixels').toEqual({
      height: 2,
      width: 3,
      channels: 1,
    });
  });

  test('leaves its image unchanged', () => {
    const before = [...ramp.data];
    made(all).augment(key(1), ramp);
    expect([...ramp.data]).toEqual(before);
  });

  test('takes its statistics from images or from the configuration', () => {
    const images = someImages(7);
    const statistics = right(statisticsOf(images));
    expect(right(adapt([{ kind: 'flip' }, { kind: 'normalize' }], images))).toEqual([
      { kind: 'flip' },
      { kind: 'normalize', ...statistics },
    ]);
    const given = { kind: 'normalize', mean: [1, 2, 3], std: [4, 5, 6] };
    const unread = { ...images, image: () => Object.assign(image(1, 1, 1, [0]), { data: undefined as never }) };
    expect(right(adapt([given], unread))).toEqual([given]);
    const { preprocess } = right(adaptedPipeline([{ kind: 'normalize' }], images));
    expect(preprocess(images.image(3))).toEqual(normalize(statistics)(images.image(3)));
  });

  test.each<[string, readonly TransformData[], RegExp]>([
    ['without statistics', [{ kind: 'flip' }, { kind: 'normalize' }], /^transforms\.1: expected mean and std/],
    ['with fewer deviations', [{ kind: 'normalize', mean: [1, 2], std: [1] }], /^transforms\.0: .*got 2 and 1/],
    ['of an unknown kind', [{ kind: 'blur' }], /^transforms\.0\.kind: expected .*normalize.*got "blur"/],
    ['with a wrong setting', [{ kind: 'rotate', factor: 2 }], /^transforms\.0\.factor: expected/],
  ])('%s is an error', (_, transforms, message) => {
    expect(left(pipeline(transforms))).toMatchObject({ _tag: 'ConfigError', message: expect.stringMatching(message) });
  });

  test('with statistics of other channels is an error when it is created or used', () => {
    const { outputSize: sizeOf } = made([{ kind: 'normalize', ...plain }]);
    const color = { height: 2, width: 2, channels: 3 };
    const message = 'transforms.0: expected images of 1 channel, as mean and std have, got 3';
    expect(left(sizeOf(color)).message).toBe(message);
    expect(left(pipeline([{ kind: 'normalize', ...plain }], { input: color })).message).toBe(message);
  });

  test('survives JSON with its statistics', () => {
    const codec = pipelineWith();
    const images = right(
      adaptedPipeline(
        all.map(({ kind, ...rest }) => ({ kind, ...rest })),
        someImages(3, 2, 3, 1),
      ),
    );
    const decoded = codec.decode(JSON.parse(JSON.stringify(codec.encode(images))));
    if (E.isLeft(decoded)) throw new Error('rejected');
    expect(decoded.right.transforms).toEqual(images.transforms);
    expect(decoded.right.augment(key(1), ramp)).toEqual(images.augment(key(1), ramp));
    expect(E.isLeft(codec.decode([{ kind: 'normalize' }]))).toBe(true);
    expect(E.isRight(Transforms.decode(images.transforms))).toBe(true);
  });
});

describe('the codec of transforms', () => {
  test.each<Transform>([
    { kind: 'normalize' },
    { kind: 'normalize', mean: [1, 2], std: [3, 4] },
    { kind: 'resize', height: 72, width: 72 },
    { kind: 'flip' },
    { kind: 'rotate', factor: 0.02 },
    { kind: 'zoom', height: 0.2, width: 0 },
    { kind: 'shift', pixels: 4 },
    { kind: 'shift', pixels: 4, fill: 128 },
  ])('accepts %o', (transform) => {
    expect(Transform.decode(JSON.parse(JSON.stringify(transform)))).toEqual(E.right(transform));
  });

  test.each([
    { kind: 'blur' },
    { kind: 'normalize', mean: [0], std: [0] },
    { kind: 'resize', height: 0, width: 72 },
    { kind: 'resize', height: 7.5, width: 72 },
    { kind: 'resize', rows: 72 },
    { kind: 'rotate', factor: 1 },
    { kind: 'rotate', factor: -0.1 },
    { kind: 'zoom', height: Number.NaN, width: 0.2 },
    { kind: 'shift', pixels: -1 },
    { kind: 'shift', pixels: 4, fill: '0' },
  ])('rejects %o', (transform) => {
    expect(E.isLeft(Transform.decode(transform))).toBe(true);
  });
});
