/**
 * The header of a safetensors file: eight bytes with its length, then JSON with the type, shape and place of every
 * tensor. With it, tensors can be read one by one, from files that are larger than memory too.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { sizeOf } from '../../core/axes.js';
import { isStoredTypeName, type StoredTypeName, storedTypes } from './dtypes.js';
import { type SafetensorsError, safetensorsError, tensorNamed } from './error.js';
import { isObject, type JsonObject, parseJson } from './json.js';

/** Bytes before the JSON: its length as an unsigned 64-bit integer, little-endian. */
export const LENGTH_BYTES = 8;

/** The longest JSON that the format allows, in bytes. */
export const LONGEST_HEADER = 100_000_000;

/** What the header says about one tensor. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredTypeName;
  readonly shape: readonly number[];
  /** Where its bytes are in the file: from `start` up to but not including `end`. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly entries: readonly TensorEntry[];
  /** Without the checksum. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Set when the file has a checksum, as those that this library writes have. */
  readonly checksum?: {
    /** Of `header`, then of all bytes behind the header of the file; hexadecimal. */
    readonly sha256: string;
    readonly header: string;
  };
}

const fail = (where: string, expected: string, actual: string) => E.left(safetensorsError(where, expected, actual));

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);

/** How many bytes `parseHeader` needs from the beginning of a file. `bytes`: its first 8 bytes or more. */
export const headerEnd = (bytes: Uint8Array, fileSize: number): E.Either<SafetensorsError, number> => {
  if (bytes.length < LENGTH_BYTES) return fail('the file', `at least ${LENGTH_BYTES} bytes`, String(bytes.length));
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER) return fail('the header', `at most ${LONGEST_HEADER} bytes`, String(length));
  return LENGTH_BYTES + length <= fileSize
    ? E.right(LENGTH_BYTES + length)
    : fail('the file', `at least ${LENGTH_BYTES + length} bytes, as it announces`, String(fileSize));
};

const entryOf =
  (dataStart: number) =>
  ([name, value]: readonly [string, unknown]): E.Either<SafetensorsError, TensorEntry> => {
    const where = tensorNamed(name);
    if (!isObject(value)) return fail(where, 'an object with dtype, shape and data_offsets', shown(value));
    const { dtype, shape, data_offsets: offsets } = value;
    if (!isStoredTypeName(dtype)) {
      return fail(where, `a dtype that can be read (${Object.keys(storedTypes).join(', ')})`, shown(dtype));
    }
    if (!Array.isArray(shape) || !shape.every(isSize)) return fail(where, 'a shape of whole numbers', shown(shape));
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
      return fail(where, 'data_offsets of two whole numbers', shown(offsets));
    }
    const [from = 0, to = 0] = offsets;
    const bytes = sizeOf(shape) * storedTypes[dtype].size;
    return to - from === bytes
      ? E.right({ name, dtype, shape, start: dataStart + from, end: dataStart + to })
      : fail(where, `${bytes} bytes for ${dtype} [${shape}]`, `data_offsets [${offsets}]`);
  };

/** The bytes of tensors must fill the file: without gaps, as the format demands, and without sharing. */
const checkPlaces = (
  entries: readonly TensorEntry[],
  dataStart: number,
  fileSize: number,
): E.Either<SafetensorsError, void> => {
  let end = dataStart;
  for (const entry of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== end) {
      const problem = entry.start < end ? 'an overlap with another tensor' : 'a gap in front of it';
      return fail(
        tensorNamed(entry.name),
        `data that begins at ${end - dataStart}`,
        `${problem}: ${entry.start - dataStart}`,
      );
    }
    end = entry.end;
  }
  return end === fileSize ? E.right(undefined) : fail('the file', `${end} bytes`, String(fileSize));
};

const metadataOf = ({
  __metadata__: metadata = {},
}: JsonObject): E.Either<SafetensorsError, Record<string, string>> => {
  if (!isObject(metadata)) return fail('the header', '__metadata__ that is an object', shown(metadata));
  const texts: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') return fail('the header', `text as the metadata ${shown(name)}`, shown(value));
    texts.push([name, value]);
  }
  return E.right(Object.fromEntries(texts));
};

/**
 * Reads the header. `bytes`: the file from its beginning up to `headerEnd` at least; `fileSize`: the bytes of the whole.
 *
 * @example
 * const header = parseHeader(bytes, bytes.length);
 */
export const parseHeader = (bytes: Uint8Array, fileSize: number): E.Either<SafetensorsError, SafetensorsHeader> =>
  pipe(
    E.Do,
    E.bind('dataStart', () => headerEnd(bytes, fileSize)),
    E.chainFirst(({ dataStart }) =>
      bytes.length < dataStart ? fail('the header', `${dataStart} bytes`, String(bytes.length)) : E.right(undefined),
    ),
    E.bind('json', ({ dataStart }) => parseJson(bytes.subarray(LENGTH_BYTES, dataStart))),
    E.bind('metadata', ({ json }) => metadataOf(json)),
    E.bind('entries', ({ json: { __metadata__, ...tensors }, dataStart }) =>
      E.traverseArray(entryOf(dataStart))(Object.entries(tensors)),
    ),
    E.chainFirst(({ entries, dataStart }) => checkPlaces(entries, dataStart, fileSize)),
    E.map(({ json, metadata: { sha256, ...metadata }, entries }) => ({
      entries,
      metadata,
      ...(sha256 === undefined
        ? {}
        : { checksum: { sha256, header: JSON.stringify({ ...json, __metadata__: metadata }) } }),
    })),
  );
