import { inflateSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import type { DataError } from '../data-error.js';
import type { NamedBytes } from '../formats/format.js';
import { COMPRESSED, elementsIn, HEADER, isMatlab, matlabError } from '../formats/matlab.js';

const inflate = (file: string, packed: Uint8Array, mostBytes: number): E.Either<DataError, Uint8Array> =>
  E.tryCatch(
    () => inflateSync(packed, { maxOutputLength: mostBytes }),
    (cause) =>
      codeOf(cause) === 'ERR_BUFFER_TOO_LARGE'
        ? matlabError('oversized', file, `at most ${mostBytes} bytes after unpacking`, 'more')
        : matlabError('corrupt', file, 'an array that can be unpacked', messageOf(cause)),
  );

/**
 * Unpacks the arrays of a MATLAB file, recognized by its first bytes; returns any other file unchanged. No more than `mostBytes` are unpacked.
 *
 * Errors: `truncated` if the file ends too early, `oversized` if it unpacks to more, `corrupt` if it cannot be unpacked.
 */
export const inflateMatlab = (packed: NamedBytes, mostBytes: number): E.Either<DataError, NamedBytes> => {
  const { file, bytes } = packed;
  if (!isMatlab(packed)) return E.right(packed);
  return pipe(
    elementsIn(packed),
    E.chain(
      E.traverseArray(({ at, type, start, end, next }) =>
        type === COMPRESSED ? inflate(file, bytes.subarray(start, end), mostBytes) : E.right(bytes.subarray(at, next)),
      ),
    ),
    E.map((parts) => ({ file, bytes: Buffer.concat([bytes.subarray(0, HEADER), ...parts]) })),
    E.filterOrElse(
      (unpacked) => unpacked.bytes.length <= mostBytes,
      (unpacked) =>
        matlabError('oversized', file, `at most ${mostBytes} bytes after unpacking`, `${unpacked.bytes.length}`),
    ),
  );
};
