/**
 * The files of MATLAB's `save`, version 5, of little-endian machines: a header of 128 bytes, then elements, each with its type and its
 * length. Numeric arrays are read; what is compressed must be unpacked before (`node/inflate-matlab.ts`).
 *
 * Source: The MathWorks, "MAT-File Format", https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type DataError, type DataErrorKind, dataError } from '../data-error.js';
import type { NamedBytes } from './format.js';

export const HEADER = 128;
export const COMPRESSED = 15;
const MATRIX = 14;

/** A part of the file, from `at` to the next one at `next`. Its content is from `start` to `end`. */
export interface Element {
  readonly at: number;
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

export interface MatlabArray {
  readonly name: string;
  readonly sizes: readonly number[];
  /** The first axis varies fastest. */
  readonly data: ArrayLike<number>;
}

export const matlabError = (kind: DataErrorKind, file: string, expected: string, actual: string): DataError =>
  dataError(kind, file, expected, actual, 'Download the file again.');

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const isMatlab = ({ bytes }: NamedBytes): boolean => text(bytes.subarray(0, 19)) === 'MATLAB 5.0 MAT-file';

/** The elements from `start` to `end`, one after the other. */
export const elementsIn = (
  { file, bytes }: NamedBytes,
  start = HEADER,
  end = bytes.length,
): E.Either<DataError, readonly Element[]> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const elements: Element[] = [];
  for (let at = start; at < end; ) {
    if (at + 8 > end)
      return E.left(matlabError('truncated', file, `an element of 8 bytes or more at ${at}`, `${end - at} bytes`));
    const [first, second] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    // A small element has its length, at most 4, beside its type.
    const small = first >>> 16;
    const from = at + (small > 0 ? 4 : 8);
    const length = small > 0 ? small : second;
    const type = first & 0xffff;
    // All but compressed elements are padded to 8 bytes.
    const next = small > 0 ? at + 8 : type === COMPRESSED ? from + length : from + 8 * Math.ceil(length / 8);
    if (small > 4 || from + length > end)
      return E.left(matlabError('truncated', file, `an element of ${length} bytes at ${at}`, `${end - from} bytes`));
    elements.push({ at, type, start: from, end: from + length, next });
    at = next;
  }
  return E.right(elements);
};

/** By the type of an element. Whole numbers of 64 bits are left out. */
const numberTypes: Readonly<
  Record<number, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }>
> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  7: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  9: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

const UNSIGNED_BYTES = 2;

/** The numbers of an element. Bytes, of which there are many, are not copied. */
const numbersOf = (given: NamedBytes, element: Element | undefined): ArrayLike<number> | undefined => {
  if (element === undefined) return undefined;
  const part = given.bytes.subarray(element.start, element.end);
  if (element.type === UNSIGNED_BYTES) return part;
  const { bytes = 0, read } = numberTypes[element.type] ?? {};
  const count = part.length / bytes;
  if (read === undefined || !Number.isInteger(count)) return undefined;
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  return Float64Array.from({ length: count }, (_, i) => read(view, bytes * i));
};

const arrayOf = (given: NamedBytes, { start, end }: Element): E.Either<DataError, MatlabArray> =>
  pipe(
    elementsIn(given, start, end),
    // The class of the array, its sizes, its name and its numbers.
    E.chain(([, sizes, name, numbers]) => {
      const axes = numbersOf(given, sizes);
      const data = numbersOf(given, numbers);
      const count = axes && Array.from(axes).reduce((product, size) => product * size, 1);
      if (axes === undefined || name === undefined || data === undefined || data.length !== count)
        return E.left(
          matlabError('corrupt', given.file, `an array of numbers at ${start}`, 'another one, or a damaged one'),
        );
      const own = text(given.bytes.subarray(name.start, name.end));
      return E.right({ name: own, sizes: Array.from(axes), data });
    }),
  );

/**
 * The arrays of numbers in a file. All of its arrays must be such.
 *
 * Errors: `wrong-magic` for another format, `truncated` or `corrupt` for a damaged file.
 */
export const decodeMatlab = (given: NamedBytes): E.Either<DataError, readonly MatlabArray[]> => {
  const { file, bytes } = given;
  if (!isMatlab(given) || text(bytes.subarray(HEADER - 2, HEADER)) !== 'IM')
    return E.left(matlabError('wrong-magic', file, 'MATLAB 5.0 MAT-file, little-endian', 'another format'));
  return pipe(
    elementsIn(given),
    E.chain((elements) =>
      pipe(
        elements.filter(({ type }) => type === MATRIX),
        E.traverseArray((element) => arrayOf(given, element)),
      ),
    ),
  );
};
