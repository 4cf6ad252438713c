import * as E from 'fp-ts/lib/Either.js';
import type { Image, LabeledImages } from '../../src/data/index.js';

/** The value of a `Right`; the error's own message fails the test otherwise. */
export const right = <A>(either: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message);
  return either.right;
};

/** The error of a `Left`. */
export const left = <B>(either: E.Either<B, unknown>): B => {
  if (E.isRight(either)) throw new Error('expected an error');
  return either.left;
};

/** An IDX file: magic number, sizes, bytes. */
export const idx = (magic: number, sizes: readonly number[], data: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(4 * (1 + sizes.length) + data.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of [magic, ...sizes].entries()) view.setUint32(4 * i, word);
  bytes.set(data, 4 * (1 + sizes.length));
  return bytes;
};

/** Bytes that differ from place to place. */
export const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) % 251);

/** A CIFAR file: for each record its label bytes, then three planes that hold `10 · channel + record` everywhere. */
export const cifar = (records: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    records.flatMap((labels, record) => [
      ...labels,
      ...[0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, () => 10 * channel + record)),
    ]),
  );

export const image = (rows: number, columns: number, channels: number, values: ArrayLike<number>): Image => ({
  height: rows,
  width: columns,
  channels,
  data: Float32Array.from(values),
});

/** Small colour images that all differ; image `i` has label `i % 10`. */
export const someImages = (count: number, rows = 4, columns = 5, channels = 3): LabeledImages => ({
  height: rows,
  width: columns,
  channels,
  count,
  pixels: bytesOf(count * rows * columns * channels),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
});
