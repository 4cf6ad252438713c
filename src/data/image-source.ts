/**
 * Where images come from. Most sources hold bytes in memory (`imagesFromBytes`); a source of your own (`customSource`) may
 * decode each image when it is read.
 *
 * @module
 */
import type { Image } from './image.js';
import type { ImageDecoding } from './image-decoding.js';
import type { ImageSplit } from './image-split.js';
import type { Skipped } from './skipped.js';

/** Images with one label each. Images may differ in size. Reading the same index always returns the same values. */
export interface ImageSource {
  /** Number of images. */
  readonly count: number;
  /** The class names, in the order of the labels. */
  readonly classes: readonly string[];
  /** The label of image `index`, 0 … count − 1: a position in `classes`. */
  readonly label: (index: number) => number;
  /** Image `index`, 0 … count − 1, with its raw values. */
  readonly image: (index: number) => Image;
  /** Says which images are read next, so that a source that decodes them may begin. Default: nothing. */
  readonly willRead?: (indices: readonly number[]) => void;
  /**
   * Plain data from which a worker thread rebuilds this source. Without it, batches are made in the main thread.
   * Not enumerable: a copy with another `image` or `label` function, `{ ...source, image }`, does not inherit it.
   */
  readonly threadData?: SourceData;
}

/** What a worker thread needs to rebuild a source. */
export type SourceData =
  | BytesData
  | { readonly kind: 'range'; readonly of: SourceData; readonly from: number; readonly to: number }
  | { readonly kind: 'subset'; readonly of: SourceData; readonly indices: Int32Array }
  | { readonly kind: 'concatenation'; readonly of: readonly SourceData[] }
  | ({ readonly kind: 'module' } & SourceOrigin);

/** Images of one size, one after the other, as bytes in shared memory. */
export interface BytesData {
  readonly kind: 'bytes';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/** The exported function that makes a source, and the options it takes. */
export interface SourceOrigin {
  /** The address of the module: `import.meta.url`. */
  readonly module: string;
  /** The name of the exported function; it takes `options` and returns the source, or a promise of it. */
  readonly name: string;
  /** Plain data: anything that `structuredClone` copies. */
  readonly options: unknown;
}

/** A source with the data from which threads rebuild it, if there is any. */
export const rebuildable = (source: ImageSource, threadData: SourceData | undefined): ImageSource =>
  threadData === undefined ? source : Object.defineProperty({ ...source }, 'threadData', { value: threadData });

/**
 * A source of your own that worker threads can rebuild: they import the module and call the named function with the same
 * options.
 *
 * @example
 * // gradients.ts
 * export const gradients = ({ count }: { readonly count: number }): ImageSource =>
 *   customSource(
 *     { module: import.meta.url, name: 'gradients', options: { count } },
 *     {
 *       count,
 *       classes: ['dark', 'bright'],
 *       label: (index) => (index < count / 2 ? 0 : 1),
 *       image: (index) => ({ height: 1, width: 2, channels: 1, data: Float32Array.of(index, index + 1) }),
 *     },
 *   );
 */
export const customSource = (origin: SourceOrigin, source: ImageSource): ImageSource =>
  rebuildable(source, { kind: 'module', ...origin });

/** A data set: images to train on and images to test on, with the same classes. */
export interface Dataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: ImageSource;
  readonly test: ImageSource;
  /** Images to validate on, if the data set has its own. */
  readonly validation?: ImageSource;
  /** Of images that were files: which file is where, how they were decoded, and which were left out. */
  readonly files?: ImageFiles;
}

/** The files that a data set was made of. */
export interface ImageFiles {
  readonly split: ImageSplit;
  readonly decoding: ImageDecoding;
  readonly skipped: readonly Skipped[];
  /** Whether the folder, or the split that was given, says which images are to train, validate and test on. */
  readonly hasParts?: boolean;
}
