import * as E from 'fp-ts/lib/Either.js';
import { type Key, key as keyOf } from '../../../core/key.js';
import { type DataError, dataError } from '../../data-error.js';
import type { ImageSplit } from '../../image-split.js';
import type { Skipped } from '../../skipped.js';
import type { DecodedImages } from './decode-images.js';
import { leftOut } from './decoding-for.js';
import { type Listing, trainedClasses } from './list-images.js';
import { splitImages } from './split-images.js';

/** Which images are trained on and tested on. */
export interface DivideOptions {
  /** Of a folder without images to test on: the fraction of each class that is held back for it. Default: 0.2. */
  readonly testFraction?: number;
  /** Reads only the images to test on, or all images of a folder without parts; there are none to train on then. Default: false. */
  readonly testOnly?: boolean;
  /** Chooses which images are held back, and the order of the others. Default: `key(0)`. */
  readonly key?: Key;
  /** The split of an earlier call, `files.split`: the same files in the same order, whatever else is in the folder now. */
  readonly split?: ImageSplit;
}

/** The images to test on, without their part, so that all of them are held back. */
export const toTestOn = ({ images, skipped }: Listing): Listing => {
  const part = (['test', 'validation'] as const).find((name) => images.some((image) => image.part === name));
  const kept = part === undefined ? images : images.filter((image) => image.part === part);
  return { images: kept.map(({ path, className }) => ({ path, className })), skipped };
};

export interface Divided {
  readonly split: ImageSplit;
  readonly skipped: readonly Skipped[];
}

/** The split that was given, which needs all of its files, or a new one of the classes that were listed. */
export const divide = (
  folder: string,
  { images }: DecodedImages,
  skipped: readonly Skipped[],
  listed: Listing,
  { split, testFraction = 0.2, testOnly = false, key = keyOf(0) }: DivideOptions,
): E.Either<DataError, Divided> => {
  if (!(testFraction > 0 && testFraction < 1))
    return E.left(
      dataError('mismatch', folder, 'a testFraction in (0, 1)', `${testFraction}`, 'Give 0.2 to hold back a fifth.'),
    );
  if (split === undefined)
    return testOnly
      ? splitImages(folder, images, { fraction: 1, key, classes: trainedClasses(listed.images) })
      : splitImages(folder, images, { fraction: testFraction, key });
  return skipped.length === 0
    ? E.right({ split, skipped })
    : E.left(
        dataError(
          'mismatch',
          folder,
          `the ${skipped.length + images.length} files of the recorded split`,
          `${skipped.length} that can no longer be used: ${leftOut(skipped)}`,
          'Put them back, or begin anew.',
        ),
      );
};
