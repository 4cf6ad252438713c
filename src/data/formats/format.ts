import type * as E from 'fp-ts/lib/Either.js';
import type { DataError } from '../data-error.js';
import type { ImageSource } from '../image-source.js';

/** The content of a file, unpacked, with the name that errors give it. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The files of a data set, and how they are decoded. */
export interface Format {
  /** The names of the training and test files, in the order that `decode` takes them. Files may also end in `.gz`. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Decodes the training or the test files, whole and unpacked. */
  readonly decode: (files: readonly NamedBytes[]) => E.Either<DataError, ImageSource>;
}
