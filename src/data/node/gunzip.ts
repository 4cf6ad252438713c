import { gunzipSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, type DataErrorKind, dataError } from '../data-error.js';
import type { NamedBytes } from '../formats/format.js';

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const refused = (kind: DataErrorKind, file: string, expected: string, actual: string): DataError =>
  dataError(kind, file, expected, actual, 'Download the file again.');

const problemOf = ({ file, bytes }: NamedBytes, mostBytes: number, cause: unknown): DataError => {
  switch (codeOf(cause)) {
    case 'Z_BUF_ERROR':
      return refused('truncated', file, 'a whole gzip file', `${bytes.length} bytes that end too early`);
    case 'ERR_BUFFER_TOO_LARGE':
      return refused('oversized', file, `at most ${mostBytes} bytes after unpacking`, 'more');
    default:
      return refused('corrupt', file, 'a whole gzip file', messageOf(cause));
  }
};

/**
 * Unpacks a gzip file, recognized by its first two bytes; returns any other file unchanged. No more than `mostBytes` are unpacked (default: 1 GiB).
 *
 * Errors: `truncated` if the file ends too early, `oversized` if it unpacks to more, `corrupt` if it cannot be unpacked or is
 * compressed twice.
 */
export const gunzip = (packed: NamedBytes, mostBytes = 2 ** 30): E.Either<DataError, NamedBytes> =>
  isGzip(packed.bytes)
    ? pipe(
        E.tryCatch(
          () => ({ file: packed.file, bytes: gunzipSync(packed.bytes, { maxOutputLength: mostBytes }) }),
          (cause) => problemOf(packed, mostBytes, cause),
        ),
        E.filterOrElse(
          ({ bytes }) => !isGzip(bytes),
          ({ file }) => refused('corrupt', file, 'a file that is compressed once', 'one that is compressed twice'),
        ),
      )
    : E.right(packed);
