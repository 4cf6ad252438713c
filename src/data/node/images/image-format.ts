/**
 * Image formats, recognized by the first bytes of a file: names of files are often wrong.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Skipped } from '../../skipped.js';

/** Why a file is not an image that can be used. */
export type Unusable = Omit<Skipped, 'path'>;

/** How many bytes of a file `formatOf` looks at. */
export const HEADER_BYTES = 16;

// What stands where in the file, as Latin-1 text, in which each byte is one character.
type Signature = readonly (readonly [at: number, text: string])[];

const readable: readonly (readonly [name: string, signature: Signature])[] = [
  ['JPEG', [[0, '\xff\xd8\xff']]],
  ['PNG', [[0, '\x89PNG\r\n\x1a\n']]],
  ['GIF', [[0, 'GIF8']]],
  [
    'WebP',
    [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  ],
  ['TIFF', [[0, 'II\x2a\0']]],
  ['TIFF', [[0, 'MM\0\x2a']]],
  ['BigTIFF', [[0, 'II\x2b\0']]],
  ['BigTIFF', [[0, 'MM\0\x2b']]],
  ['AVIF', [[4, 'ftypavif']]],
];

const unsupported: typeof readable = [
  ['BMP', [[0, 'BM']]],
  ['HEIC', [[4, 'ftypheic']]],
  ['HEIC', [[4, 'ftypheix']]],
  ['HEIF', [[4, 'ftypmif1']]],
  ['JPEG 2000', [[4, 'jP  ']]],
  ['JPEG XL', [[0, '\xff\x0a']]],
  ['JPEG XL', [[4, 'JXL ']]],
  ['Photoshop', [[0, '8BPS']]],
  ['SVG', [[0, '<svg']]],
  ['PDF', [[0, '%PDF']]],
  ['icon', [[0, '\0\0\x01\0']]],
];

const named = (header: Uint8Array, formats: typeof readable): string | undefined => {
  const text = Buffer.from(header.buffer, header.byteOffset, Math.min(header.length, HEADER_BYTES)).toString('latin1');
  return formats.find(([, signature]) => signature.every(([at, part]) => text.startsWith(part, at)))?.[0];
};

/** The format of a file with these first bytes, or why it is not an image that can be read. */
export const formatOf = (header: Uint8Array): E.Either<Unusable, string> => {
  if (header.length === 0) return E.left({ reason: 'empty-file', detail: 'the file is empty' });
  const format = named(header, readable);
  if (format !== undefined) return E.right(format);
  const other = named(header, unsupported);
  return E.left(
    other === undefined
      ? { reason: 'not-an-image', detail: 'no known image format' }
      : { reason: 'unsupported-format', detail: `${other} is not supported: convert it to PNG or JPEG` },
  );
};
