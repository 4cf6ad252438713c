import { describe, it } from 'vitest';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { float32 } from '../../src/core/host-tensor.js';
import { flipHorizontally } from '../../src/data/augment/flip.js';
import { normalize, statisticsOf } from '../../src/data/augment/normalize.js';
import { resize } from '../../src/data/augment/resize.js';
import { rotateBy } from '../../src/data/augment/rotate.js';
import { zoomBy } from '../../src/data/augment/zoom.js';
import type { Image } from '../../src/data/image.js';
import { imagesFromBytes } from '../../src/data/images-from-bytes.js';
import { right } from '../data/fixtures.js';
import { expectAgreement } from './agreement.js';
import { fixture } from './fixture.js';

const imageOf = ({ shape, data }: HostTensor): Image => {
  const [, rows, columns, channels] = shape as [number, number, number, number];
  return { height: rows, width: columns, channels, data: data as Float32Array };
};
const batchOf = (...images: readonly Image[]): HostTensor => {
  const { height: rows, width: columns, channels } = images[0]!;
  return float32(
    [images.length, rows, columns, channels],
    images.flatMap(({ data }) => [...data]),
  );
};

describe.each(['keras2', 'keras3'])('augmentation of %s at fixed parameters', (library) => {
  const { tensors, about, source } = fixture(`${library}-augmentation`);
  const [count, rows, columns, channels] = tensors.photos!.shape as [number, number, number, number];
  const photos = right(
    imagesFromBytes({
      count,
      height: rows,
      width: columns,
      channels,
      pixels: Uint8Array.from(tensors.photos!.data),
      labels: new Uint8Array(count),
      classes: ['photo'],
    }),
  );

  const oblong = imageOf(tensors.oblong!);

  it('adapts and normalizes', () => {
    const statistics = right(statisticsOf(photos));
    const mean = float32([channels], statistics.mean);
    const deviation = float32([channels], statistics.std);
    expectAgreement({ what: 'statistics for normalization', against: 'numpy, float64', tolerance: 1e-7 }, [
      ['mean', mean, tensors['exact-mean']!],
      ['deviation', deviation, tensors['exact-deviation']!],
    ]);
    // Keras sums squares in float32 and merges batches of 32 images.
    expectAgreement({ what: 'Normalization.adapt', against: source, tolerance: 2e-5 }, [
      ['mean', mean, tensors.mean!],
      ['deviation', deviation, tensors.deviation!],
      ['normalized', batchOf(...[0, 1].map((i) => normalize(statistics)(photos.image(i)))), tensors.normalized!],
    ]);
  });

  it('resizes up and down', () => {
    expectAgreement({ what: 'Resizing 32 × 32 → 72 × 72, 14 × 18 → 9 × 25', against: source, tolerance: 3e-6 }, [
      ['resized', batchOf(resize(72, 72)(imageOf(tensors.image!))), tensors.resized!],
      ['shrunk', batchOf(resize(9, 25)(oblong)), tensors.shrunk!],
    ]);
  });

  it('flips', () => {
    expectAgreement({ what: 'flip', against: source, tolerance: 0 }, [
      ['flipped', batchOf(flipHorizontally(oblong)), tensors.flipped!],
    ]);
  });

  it('rotates', () => {
    const factors = about('rotations') as readonly number[];
    // TensorFlow computes coordinates in float32, so interpolation weights are off by about 1e-6.
    expectAgreement(
      { what: 'RandomRotation at 4 angles', against: source, tolerance: 1e-5 },
      factors.map((factor, i) => [
        `factor ${factor}`,
        batchOf(rotateBy(factor * 2 * Math.PI)(oblong)),
        tensors[`rotated/${i}`]!,
      ]),
    );
  });

  it('zooms', () => {
    const factors = about('zooms') as readonly (readonly [number, number])[];
    expectAgreement(
      { what: 'RandomZoom at 4 pairs of factors', against: source, tolerance: 1e-5 },
      factors.map(([height, width], i) => [
        `factors ${height}, ${width}`,
        batchOf(zoomBy(1 + height, 1 + width)(oblong)),
        tensors[`zoomed/${i}`]!,
      ]),
    );
  });
});
