import type { LabeledImages } from '../dataset.js';

// Made once for each set of images, and gone with it.
const copies = new WeakMap<LabeledImages, LabeledImages>();

const sharedBytes = (bytes: Uint8Array): Uint8Array => {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};

/** The same images in memory that threads share, so that to send them costs nothing. Nothing writes to it. */
export const share = (images: LabeledImages): LabeledImages => {
  const known = copies.get(images);
  if (known !== undefined) return known;
  const copy = { ...images, pixels: sharedBytes(images.pixels), labels: sharedBytes(images.labels) };
  copies.set(images, copy);
  return copy;
};
