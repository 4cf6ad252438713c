import { gunzipSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import type { NamedBytes } from '../formats/format.js';

/**
 * Unpacks a gzip file, recognized by its first two bytes; returns any other file unchanged.
 *
 * Errors: `truncated` if the file ends too early, `corrupt` if it cannot be unpacked.
 */
export const gunzip = ({ file, bytes }: NamedBytes): E.Either<DataError, NamedBytes> =>
  bytes[0] === 0x1f && bytes[1] === 0x8b
    ? E.tryCatch(
        () => ({ file, bytes: gunzipSync(bytes) }),
        (cause) => {
          const cutOff = codeOf(cause) === 'Z_BUF_ERROR';
          return dataError(
            cutOff ? 'truncated' : 'corrupt',
            file,
            'a whole gzip file',
            cutOff ? `${bytes.length} bytes that end too early` : messageOf(cause),
            'Download the file again.',
          );
        },
      )
    : E.right({ file, bytes });
