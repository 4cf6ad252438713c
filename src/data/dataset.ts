/**
 * Data sets are values: bytes in memory, and pure functions that take parts of them.
 *
 * @module
 */
import type { Image, ImageSize } from './image.js';

/** Images of one size with a label each. */
export interface LabeledImages extends ImageSize {
  readonly count: number;
  /** count · rows · columns · channels bytes, row-major with the channel last. */
  readonly pixels: Uint8Array;
  /** count bytes, each the position of a class name. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly name: string;
  /** The name of each label, in order. */
  readonly classes: readonly string[];
  readonly train: LabeledImages;
  readonly test: LabeledImages;
}

/** Image `i` with its raw values 0…255. */
export const imageAt = (images: LabeledImages, i: number): Image => {
  const { height: rows, width: columns, channels, pixels } = images;
  const length = rows * columns * channels;
  return {
    height: rows,
    width: columns,
    channels,
    data: Float32Array.from(pixels.subarray(i * length, (i + 1) * length)),
  };
};

// A view: the bytes are shared, which is safe because nothing writes them.
const slice = (images: LabeledImages, from: number, to: number): LabeledImages => {
  const length = images.height * images.width * images.channels;
  return {
    ...images,
    count: to - from,
    pixels: images.pixels.subarray(from * length, to * length),
    labels: images.labels.subarray(from, to),
  };
};

/** The first `count` images, or all where there are fewer. */
export const take =
  (count: number) =>
  (images: LabeledImages): LabeledImages =>
    slice(images, 0, Math.min(count, images.count));

/**
 * Holds the last `fraction`, in [0, 1), back for validation, unshuffled; the cut is at ⌊count · (1 − fraction)⌋ in double
 * precision, as in the `validation_split` of Keras's `fit`.
 */
export const splitValidation =
  (fraction: number) =>
  (images: LabeledImages): { readonly train: LabeledImages; readonly validation: LabeledImages } => {
    const cut = Math.floor(images.count * (1 - fraction));
    return { train: slice(images, 0, cut), validation: slice(images, cut, images.count) };
  };

/** Joins images of one size, in order; one part at least. */
export const concatenateImages = (parts: readonly LabeledImages[]): LabeledImages => {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const count = parts.reduce((total, part) => total + part.count, 0);
  const length = first.height * first.width * first.channels;
  const pixels = new Uint8Array(count * length);
  const labels = new Uint8Array(count);
  let filled = 0;
  for (const part of parts) {
    pixels.set(part.pixels, filled * length);
    labels.set(part.labels, filled);
    filled += part.count;
  }
  return { ...first, count, pixels, labels };
};
