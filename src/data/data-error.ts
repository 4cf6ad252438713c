import type { Failure } from '../core/errors.js';

export type DataErrorKind =
  /** A file or folder that is not there. */
  | 'missing'
  /** A file that is there and cannot be read. */
  | 'unreadable'
  /** A file that ends too early. */
  | 'truncated'
  /** A file that goes on after its end. */
  | 'oversized'
  /** A file of another format. */
  | 'wrong-magic'
  /** A compressed file that does not unpack. */
  | 'corrupt'
  /** Two files that do not belong together. */
  | 'mismatch'
  /** A label that names no class. */
  | 'label-out-of-range'
  /** A download that is not the published file. */
  | 'checksum'
  /** A download that did not come. */
  | 'network'
  /** A folder that cannot be written to. */
  | 'unwritable'
  /** A name that is not in the table of data sets. */
  | 'unknown-dataset';

/** What reading a data set can meet. */
export interface DataError extends Failure<'DataError'> {
  readonly kind: DataErrorKind;
  /** The file, folder or address that it is about. */
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
