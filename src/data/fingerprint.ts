/**
 * A fingerprint of images: their values, sizes, labels, classes and order. A run that is resumed checks with it that it goes on with the
 * images that it began with.
 *
 * @module
 */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type BatchError, batchError } from './batch-error.js';
import { type ImageSize, showSize } from './image.js';
import type { ImageSource, SourceData } from './image-source.js';

/** How many images are read of a source that makes or decodes each when it is read: reading all may take minutes. */
const SAMPLE = 256;

// How many bytes are hashed at once. They are copied, since shared memory is not hashed.
const PIECE_BYTES = 2 ** 22;

/** The values of images of one size, one after the other. */
interface Run {
  readonly size: ImageSize;
  readonly values: Uint8Array | Float32Array;
}

const isHeld = (data: SourceData): boolean => {
  switch (data.kind) {
    case 'bytes':
      return true;
    case 'range':
    case 'subset':
      return isHeld(data.of);
    case 'concatenation':
      return data.of.every(isHeld);
    case 'module':
      return false;
  }
};

const countOf = (data: SourceData): number => {
  switch (data.kind) {
    case 'bytes':
      return data.labels.length;
    case 'range':
      return data.to - data.from;
    case 'subset':
      return data.indices.length;
    case 'concatenation':
      return data.of.reduce((sum, one) => sum + countOf(one), 0);
    case 'module':
      return 0;
  }
};

/** The images from position `from` up to `to` of a source in memory, without making any of them. */
function* heldRuns(data: SourceData, from: number, to: number): Generator<Run> {
  switch (data.kind) {
    case 'bytes': {
      const length = data.height * data.width * data.channels;
      yield { size: data, values: data.pixels.subarray(from * length, to * length) };
      break;
    }
    case 'range':
      yield* heldRuns(data.of, data.from + from, data.from + to);
      break;
    case 'subset':
      for (const index of data.indices.subarray(from, to)) yield* heldRuns(data.of, index, index + 1);
      break;
    case 'concatenation': {
      let start = 0;
      for (const one of data.of) {
        const end = start + countOf(one);
        if (from < end && to > start) yield* heldRuns(one, Math.max(from, start) - start, Math.min(to, end) - start);
        start = end;
      }
    }
  }
}

/** Some images, spread evenly, of a source of any kind. */
function* sampledRuns({ count, image }: ImageSource): Generator<Run> {
  const read = Math.min(count, SAMPLE);
  for (let i = 0; i < read; i++) {
    const one = image(Math.floor((i * count) / read));
    yield { size: one, values: one.data };
  }
}

const runsOf = (source: ImageSource): Iterable<Run> => {
  const { threadData: data, count } = source;
  return data !== undefined && isHeld(data) ? heldRuns(data, 0, count) : sampledRuns(source);
};

const hashed = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Hashes bytes in pieces, however they are divided into parts: the SHA-256 of the SHA-256 of each piece. */
const hashPieces = async (parts: Iterable<Uint8Array>): Promise<Uint8Array> => {
  const hashes: Uint8Array[] = [];
  const piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for (const part of parts)
    for (let at = 0; at < part.length; ) {
      const taken = part.subarray(at, at + PIECE_BYTES - filled);
      piece.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled === PIECE_BYTES) {
        hashes.push(await hashed(piece));
        filled = 0;
      }
    }
  hashes.push(await hashed(piece.subarray(0, filled)));
  return hashed(new Uint8Array(hashes.flatMap((hash) => [...hash])));
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const compute = async (source: ImageSource): Promise<string> => {
  const sizes: string[] = [];
  function* values(): Generator<Uint8Array> {
    for (const { size, values: some } of runsOf(source)) {
      const shown = `${showSize(size)} ${some.BYTES_PER_ELEMENT}`;
      if (sizes.at(-1) !== shown) sizes.push(shown);
      yield bytesOf(some);
    }
  }
  const pixels = await hashPieces(values());
  const labels = await hashPieces([bytesOf(Int32Array.from({ length: source.count }, (_, i) => source.label(i)))]);
  const about = new TextEncoder().encode(JSON.stringify({ count: source.count, classes: source.classes, sizes }));
  return hexadecimal(await hashPieces([about, labels, pixels]));
};

/**
 * The fingerprint of a source, in hexadecimal: the same for the same images in the same order, however the source is put together. All
 * values are hashed where they are in memory; of other sources all labels and 256 images, spread evenly. It tells changes by
 * accident, and takes about 0.2 s for 60,000 images of 32 × 32 × 3.
 *
 * Errors: a `BatchError` for images that cannot be read.
 *
 * @example
 * const before = await orThrow(fingerprint(dataset.train));
 */
export const fingerprint = (source: ImageSource): TE.TaskEither<BatchError, string> =>
  TE.tryCatch(
    () => compute(source),
    (thrown) => batchError(`the fingerprint of the images: expected images that can be read, got ${thrown}`),
  );
