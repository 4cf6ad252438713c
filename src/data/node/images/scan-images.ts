import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import { concurrently } from '../../../node/concurrently.js';
import { fileProblem } from '../../../node/file-error.js';
import type { Skipped } from '../../skipped.js';
import { type ImageHeader, readHeader } from './decode-image.js';
import { formatOf, HEADER_BYTES, type Unusable } from './image-format.js';
import type { ListedImage } from './list-images.js';

/** An image file as its header describes it. */
export interface ScannedImage extends ListedImage, ImageHeader {
  /** The size of the file in bytes. */
  readonly bytes: number;
  /** When the file was last changed, in milliseconds since 1970. */
  readonly modified: number;
}

/** How many images are read at the same time: as many as keep Node's four threads for files busy. */
export const AT_ONCE = 8;

interface Looked extends Pick<ScannedImage, 'bytes' | 'modified'> {
  readonly format: string;
}

// Without a promise for each step: with them, reading the headers of 60,000 files takes twice as long.
const look = (path: string): E.Either<Unusable, Looked> => {
  try {
    const file = openSync(path, 'r');
    try {
      const header = new Uint8Array(HEADER_BYTES);
      const { size, mtimeMs } = fstatSync(file);
      return pipe(
        formatOf(header.subarray(0, readSync(file, header))),
        E.map((format) => ({ format, bytes: size, modified: mtimeMs })),
      );
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    return E.left({ reason: 'unreadable', detail: fileProblem(thrown) });
  }
};

/** Reads the headers of listed files: the images among them, and the others with what is wrong with them. */
export const scanImages = async (
  root: string,
  listed: readonly ListedImage[],
  stop: () => boolean = () => false,
): Promise<{ readonly images: readonly ScannedImage[]; readonly skipped: readonly Skipped[] }> => {
  const scan = async (image: ListedImage): Promise<E.Either<Skipped, ScannedImage>> => {
    const path = join(root, image.path);
    const file = stop() ? E.left<Unusable>({ reason: 'unreadable', detail: 'reading was stopped' }) : look(path);
    if (E.isLeft(file)) return E.left({ path: image.path, ...file.left });
    const { format, bytes, modified } = file.right;
    const header = await readHeader(path, format)();
    return E.isLeft(header)
      ? E.left({ path: image.path, ...header.left })
      : E.right({ ...image, ...header.right, bytes, modified });
  };
  const { left, right } = RA.separate(await concurrently(listed, AT_ONCE, scan));
  return { images: right, skipped: left };
};
