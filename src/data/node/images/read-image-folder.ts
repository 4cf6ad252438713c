import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fileProblem } from '../../../node/file-error.js';
import { codeOf } from '../../../node/thrown.js';
import { type DataError, dataError } from '../../data-error.js';
import type { ImageDecoding } from '../../image-decoding.js';
import type { Dataset, ImageFiles } from '../../image-source.js';
import { type DecodedImages, decodeImages } from './decode-images.js';
import { type DecodingOptions, decodingFor, leftOut } from './decoding-for.js';
import { type DivideOptions, divide, toTestOn } from './divide-images.js';
import { type Listing, listImageFolder } from './list-images.js';
import { memoryBudget } from './memory-budget.js';
import { type ScannedImage, scanImages } from './scan-images.js';
import { sourcesOf } from './sources.js';
import { listingOf } from './split-images.js';
import { isTinyImageNet, listTinyImageNet } from './tiny-imagenet.js';

export interface ImageFolderOptions extends DecodingOptions, DivideOptions {
  /** Makes it an error to leave out a file or folder. Default: false. */
  readonly strict?: boolean;
  /**
   * How many bytes of decoded images to hold in memory; if there are more, they are decoded each time they are read, to the
   * same bits. Default: a quarter of the memory.
   */
  readonly memory?: number;
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  /** Stops reading, which then returns an `unreadable` error. */
  readonly signal?: AbortSignal | undefined;
}

/** How many of the images have been decoded. */
export interface ImageProgress {
  readonly images: number;
  readonly of: number;
}

/** A data set that was read from a folder of images. */
export interface ImageFolder extends Dataset {
  readonly files: ImageFiles;
}

const list = (folder: string, { split }: ImageFolderOptions): TE.TaskEither<DataError, Listing> =>
  pipe(
    TE.tryCatch(
      async () => {
        if (!(await stat(folder)).isDirectory()) throw new Error('a file');
        if (split !== undefined) return { images: listingOf(split), skipped: [] };
        return await ((await isTinyImageNet(folder)) ? listTinyImageNet : listImageFolder)(folder);
      },
      (thrown) =>
        dataError(
          'missing',
          folder,
          'a folder of images',
          codeOf(thrown) === 'ENOENT' ? 'no such folder' : fileProblem(thrown),
          'Check the path.',
        ),
    ),
  );

/**
 * Reads a folder of images of any size and format: `train/<class>/…` with `val` or `validation` and `test`, if there are such
 * folders, or only `<class>/…`. Without images to test on, those to validate on serve for it; without either, a fraction of
 * each class is held back. Class names are sorted by code point. Tiny-ImageNet's layout is recognized.
 *
 * Every image is decoded once, so that broken ones are found. What cannot be used is left out and listed in
 * `files.skipped`. The images to train on are in an order in which every range has each class in proportion.
 *
 * Errors: `missing` if there is no such folder, `empty` if it has no images of two classes or more, `mismatch` if no size is
 * given and the images differ or if a file of the given split is gone, `skipped` with `strict`.
 *
 * @example
 * const flowers = readImageFolder('flowers', { size: { height: 64, width: 64 } });
 */
export const readImageFolder = (
  folder: string,
  options: ImageFolderOptions = {},
): TE.TaskEither<DataError, ImageFolder> => {
  const { strict = false, signal, onProgress } = options;
  const stop = (): boolean => signal?.aborted === true;
  const decoded = (images: readonly ScannedImage[], decoding: ImageDecoding): Promise<DecodedImages> => {
    // Mutable: how many have been decoded.
    let done = 0;
    const onImage = (): void => {
      done += 1;
      onProgress?.({ images: done, of: images.length });
    };
    return decodeImages(folder, images, decoding, { memory: options.memory ?? memoryBudget(), stop, onImage });
  };
  return pipe(
    list(folder, options),
    TE.bindTo('listed'),
    TE.let('listing', ({ listed }) => (options.testOnly === true ? toTestOn(listed) : listed)),
    TE.bind('scanned', ({ listing }) => TE.fromTask(() => scanImages(folder, listing.images, stop))),
    TE.let('before', ({ listing, scanned }) => [...listing.skipped, ...scanned.skipped]),
    TE.bind('decoding', ({ scanned, before }) => TE.fromEither(decodingFor(folder, scanned.images, before, options))),
    TE.bind('decoded', ({ scanned, decoding }) => TE.fromTask(() => decoded(scanned.images, decoding))),
    TE.filterOrElse(
      () => !stop(),
      () => dataError('unreadable', folder, 'all images to be read', 'a request to stop', 'Start again.'),
    ),
    TE.let('skipped', ({ before, decoded }) => [...before, ...decoded.skipped]),
    TE.bind('divided', ({ decoded, skipped, listed }) =>
      TE.fromEither(divide(folder, decoded, skipped, listed, options)),
    ),
    TE.map(({ listed, decoding, decoded, skipped, divided: { split, skipped: more } }): ImageFolder => {
      const { train, validation, test } = sourcesOf(folder, decoded, decoding, split);
      return {
        name: basename(resolve(folder)),
        classes: split.classes,
        train,
        test,
        ...(validation.count === 0 ? {} : { validation }),
        files: {
          split,
          decoding,
          skipped: [...skipped, ...more],
          hasParts: listed.images.some(({ part }) => part !== undefined),
        },
      };
    }),
    TE.filterOrElse(
      ({ files }) => !strict || files.skipped.length === 0,
      ({ files: { skipped } }) =>
        dataError(
          'skipped',
          folder,
          'only files that can be used',
          leftOut(skipped),
          'Remove or repair them, or leave out strict (--strict).',
        ),
    ),
  );
};
