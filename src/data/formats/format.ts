import type * as E from 'fp-ts/lib/Either.js';
import type { DataError } from '../data-error.js';
import type { ImageSource } from '../image-source.js';

/** The content of a file, unpacked, with the name that errors give it. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The files of the training or of the test images, and how they are decoded. */
export interface Part {
  /** The names of the files, in the order that `decode` takes them. They may also end in `.gz`. */
  readonly files: readonly string[];
  /** The largest size of a file, unpacked, in bytes: no more is read or unpacked. */
  readonly mostBytes: number;
  /** Decodes the files, unpacked. `partial`: they may have fewer images than those that were published. */
  readonly decode: (files: readonly NamedBytes[], partial: boolean) => E.Either<DataError, ImageSource>;
}

/** The files of a data set. */
export interface Format {
  readonly train: Part;
  readonly test: Part;
}

/** The names of all files. */
export const filesOf = ({ train, test }: Format): readonly string[] => [...train.files, ...test.files];
