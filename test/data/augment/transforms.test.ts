import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { fold, key, split } from '../../../src/core/key.js';
import {
  adaptNormalization,
  flip,
  flipHorizontally,
  imageAt,
  normalize,
  pipeline,
  resize,
  rotate,
  Statistics,
  shift,
  shiftBy,
  Transform,
  zoom,
} from '../../../src/data/index.js';
import { image, right, someImages } from '../fixtures.js';

const plain: Statistics = { mean: [0], std: [1] };
const ramp = image(2, 3, 1, [1, 2, 3, 4, 5, 6]);

describe('normalize', () => {
  test('adapted to images makes mean 0 and population deviation 1 in each channel', () => {
    const images = someImages(7);
    const apply = normalize(adaptNormalization(images));
    const values = Array.from({ length: 7 }, (_, i) => [...apply(imageAt(images, i)).data]).flat();
    for (const channel of [0, 1, 2]) {
      const own = values.filter((_, i) => i % 3 === channel);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      expect(mean).toBeCloseTo(0, 6);
      expect(own.reduce((sum, value) => sum + value ** 2, 0) / own.length).toBeCloseTo(1, 5);
    }
  });

  test('knows mean and deviation of known bytes, channel by channel', () => {
    const pixels = Uint8Array.of(0, 9, 255, 9, 0, 9, 255, 9);
    const statistics = adaptNormalization({
      height: 1,
      width: 2,
      channels: 2,
      count: 2,
      pixels,
      labels: Uint8Array.of(0, 0),
    });
    expect(statistics).toEqual({ mean: [127.5, 9], std: [127.5, 1e-7] });
  });

  test('statistics pass through JSON', () => {
    const statistics = adaptNormalization(someImages(3));
    expect(
      right(E.mapLeft(() => ({ message: 'refused' }))(Statistics.decode(JSON.parse(JSON.stringify(statistics))))),
    ).toEqual(statistics);
  });
});

describe('resize', () => {
  test('has half-pixel centres and clamps at the edge', () => {
    expect([...resize(1, 4)(image(1, 2, 1, [0, 8])).data]).toEqual([0, 2, 6, 8]);
    expect([...resize(4, 1)(image(2, 1, 1, [0, 8])).data]).toEqual([0, 2, 6, 8]);
  });

  test('does not smooth when it makes smaller', () => {
    expect([...resize(1, 2)(image(1, 6, 1, [0, 1, 2, 3, 4, 5])).data]).toEqual([1, 4]);
  });

  test('keeps channels apart', () => {
    expect([...resize(1, 3)(image(1, 1, 2, [1, 2])).data]).toEqual([1, 2, 1, 2, 1, 2]);
  });

  test('to the same size is the identity', () => {
    expect(resize(2, 3)(ramp)).toEqual(ramp);
  });
});

describe('flip', () => {
  test('mirrors rows, pixels whole', () => {
    expect([...flipHorizontally(image(1, 2, 3, [1, 2, 3, 4, 5, 6])).data]).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test('twice is the identity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (rows, columns) => {
        const from = imageAt(someImages(1, rows, columns), 0);
        expect(flipHorizontally(flipHorizontally(from))).toEqual(from);
      }),
    );
  });

  test('happens to about half of the images', () => {
    const flipped = split(key(3), 2000).filter((k) => flip(k, ramp).data[0] === 3).length;
    expect(Math.abs(flipped - 1000)).toBeLessThan(100);
  });
});

describe('shift', () => {
  test('moves down and right, and fills', () => {
    expect([...shiftBy(1, 1)(ramp).data]).toEqual([0, 0, 0, 0, 1, 2]);
    expect([...shiftBy(-1, -2, 9)(ramp).data]).toEqual([6, 9, 9, 9, 9, 9]);
    expect([...shiftBy(2, 0)(ramp).data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...shiftBy(0, -3)(ramp).data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('by nothing is the identity', () => {
    expect(shiftBy(0, 0)(ramp)).toEqual(ramp);
    expect(shift(0)(key(1), ramp)).toEqual(ramp);
  });

  test('reaches each of the (2p + 1)² places about as often', () => {
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

  test('zoom draws both factors from 1 ± f, each on its own', () => {
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
    { kind: 'normalize' },
    { kind: 'resize', height: 8, width: 9 },
    { kind: 'flip' },
    { kind: 'rotate', factor: 0.1 },
    { kind: 'zoom', height: 0.2, width: 0.3 },
    { kind: 'shift', pixels: 2 },
  ];

  test('the same key gives the same bits, another key others', () => {
    const { train } = pipeline(all, plain);
    expect(train(key(1), ramp)).toEqual(train(key(1), ramp));
    expect(train(key(1), ramp)).not.toEqual(train(key(2), ramp));
  });

  test('applies the transforms in order, each with the key of its position', () => {
    const stepwise = rotate(0.1)(fold(key(1), 2), resize(8, 9)(normalize(plain)(ramp)));
    expect(pipeline([all[0]!, all[1]!, all[3]!], plain).train(key(1), ramp)).toEqual(stepwise);
  });

  test('gives two transforms of one kind bits of their own', () => {
    const twice = pipeline([{ kind: 'flip' }, { kind: 'flip' }], plain).train;
    const flips = split(key(2), 200).filter((k) => twice(k, ramp).data[0] === 3).length;
    expect(Math.abs(flips - 100)).toBeLessThan(40);
  });

  test('evaluation only normalizes and resizes', () => {
    const { evaluate } = pipeline(all, { mean: [1], std: [2] });
    expect(evaluate(ramp)).toEqual(resize(8, 9)(normalize({ mean: [1], std: [2] })(ramp)));
  });

  test('tells the size that comes out', () => {
    const { output, train } = pipeline(all, plain);
    const { data, ...size } = train(key(1), ramp);
    expect(output(ramp)).toEqual(size);
    expect(output(ramp)).toEqual({ height: 8, width: 9, channels: 1 });
    expect(pipeline([{ kind: 'flip' }], plain).output(ramp)).toEqual({ height: 2, width: 3, channels: 1 });
    // Of two resizings the last one tells.
    const twice = pipeline([...all, { kind: 'resize', height: 5, width: 4 }], plain);
    expect(twice.output(ramp)).toEqual({ height: 5, width: 4, channels: 1 });
    expect(twice.evaluate(ramp).data).toHaveLength(20);
  });

  test('leaves its image as it was', () => {
    const before = [...ramp.data];
    pipeline(all, plain).train(key(1), ramp);
    expect([...ramp.data]).toEqual(before);
  });
});

describe('the codec of transforms', () => {
  test.each<Transform>([
    { kind: 'normalize' },
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
    { kind: 'resize', height: 0, width: 72 },
    { kind: 'resize', height: 7.5, width: 72 },
    { kind: 'resize', rows: 72 },
    { kind: 'rotate', factor: 1 },
    { kind: 'rotate', factor: -0.1 },
    { kind: 'zoom', height: Number.NaN, width: 0.2 },
    { kind: 'shift', pixels: -1 },
    { kind: 'shift', pixels: 4, fill: '0' },
  ])('refuses %o', (transform) => {
    expect(E.isLeft(Transform.decode(transform))).toBe(true);
  });
});
