import type { Failure } from '../core/errors.js';

export type DataErrorKind =
  /** A file or folder that does not exist. */
  | 'missing'
  /** A file that exists but cannot be read. */
  | 'unreadable'
  /** A file that ends too early. */
  | 'truncated'
  /** A file that is longer than its header says. */
  | 'oversized'
  /** A file of another format. */
  | 'wrong-magic'
  /** A compressed file that cannot be unpacked. */
  | 'corrupt'
  /** Files, sizes or classes that do not fit together. */
  | 'mismatch'
  /** No images. */
  | 'empty'
  /** A label that is not the position of a class. */
  | 'label-out-of-range'
  /** A position that is not that of an image. */
  | 'index-out-of-range'
  /** A download that differs from the published file. */
  | 'checksum'
  /** A download that failed. */
  | 'network'
  /** A folder that cannot be written to. */
  | 'unwritable'
  /** Files of a folder of images that would be left out, where that is not allowed. */
  | 'skipped'
  /** A name that is not in the table of data sets. */
  | 'unknown-dataset';

/** Why images cannot be used. */
export interface DataError extends Failure<'DataError'> {
  readonly kind: DataErrorKind;
  /** The file, folder, address or images that the error is about. */
  readonly file: string;
  readonly expected: string;
  readonly actual: string;
}

/** The message reads: file: expected …, got …. What to do. */
export const dataError = (
  kind: DataErrorKind,
  file: string,
  expected: string,
  actual: string,
  advice: string,
): DataError => ({
  _tag: 'DataError',
  kind,
  file,
  expected,
  actual,
  message: `${file}: expected ${expected}, got ${actual}. ${advice}`,
});
