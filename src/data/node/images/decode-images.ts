import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import { concurrently } from '../../../node/concurrently.js';
import type { ImageDecoding } from '../../image-decoding.js';
import { sharedBytes } from '../../internal/shared-memory.js';
import type { Skipped } from '../../skipped.js';
import { readImageFile } from './read-image-file.js';
import { AT_ONCE, type ScannedImage } from './scan-images.js';

/** Images that could be decoded, and the others. */
export interface DecodedImages {
  readonly images: readonly ScannedImage[];
  /** uint8 [image, row, column, channel], in shared memory; missing if there is no room for it. */
  readonly pixels: Uint8Array | undefined;
  readonly skipped: readonly Skipped[];
}

/**
 * Decodes every image once: into shared memory if it fits into `memory` bytes, else only to find those that are broken.
 */
export const decodeImages = async (
  folder: string,
  scanned: readonly ScannedImage[],
  decoding: ImageDecoding,
  { memory, stop, onImage }: { readonly memory: number; readonly stop: () => boolean; readonly onImage: () => void },
): Promise<DecodedImages> => {
  const length = decoding.height * decoding.width * decoding.channels;
  const fits = scanned.length * length <= memory;
  const pixels = fits ? sharedBytes(scanned.length * length) : undefined;
  const decoded = await concurrently(scanned, AT_ONCE, async (image, index): Promise<E.Either<Skipped, number>> => {
    if (stop()) return E.left({ path: image.path, reason: 'unreadable', detail: 'reading was stopped' });
    const made = await readImageFile(join(folder, image.path), decoding)();
    onImage();
    if (E.isLeft(made)) return E.left({ path: image.path, ...made.left });
    pixels?.set(made.right, index * length);
    return E.right(index);
  });
  const { left, right } = RA.separate(decoded);
  // Close the gaps of broken images; the order stays.
  if (left.length > 0)
    for (const [to, from] of right.entries()) pixels?.copyWithin(to * length, from * length, (from + 1) * length);
  return {
    images: right.flatMap((index) => scanned.slice(index, index + 1)),
    pixels: pixels?.subarray(0, right.length * length),
    skipped: left,
  };
};
