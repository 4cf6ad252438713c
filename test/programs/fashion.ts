import { drawOnHost, float32, type HostTensor, key, orThrow } from 'vitrail';
import { loadDataset } from 'vitrail/data/node';

const { train } = await orThrow(loadDataset('fashion-mnist-small'));

/** `count` images of Fashion-MNIST as float32 `[batch, row, column, channel]`, scaled to 0…1. */
export const fashionImages = (count: number, from = 0): HostTensor =>
  float32(
    [count, 28, 28, 1],
    Array.from({ length: count }, (_, i) => Array.from(train.image(from + i).data, (value) => value / 255)).flat(),
  );

/** The labels of the same images. */
export const fashionLabels = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, i) => train.label(from + i));

/** The images with noise of a seed added to them. */
export const noisy = ({ shape, data }: HostTensor, seed: number): HostTensor => {
  const noise = drawOnHost(key(seed), { kind: 'normal' }, shape).data;
  return float32(
    shape,
    data.map((value, i) => value + 0.1 * noise[i]!),
  );
};
