import * as E from 'fp-ts/lib/Either.js';
import {
  adaptedPipeline,
  type Image,
  type ImageSource,
  imagesFromBytes,
  type Pipeline,
  type TransformData,
} from '../../src/data/index.js';

/** The value of a `Right`; otherwise the test fails with the message of the error. */
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

/** Bytes that differ by position. */
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

export const digits: readonly string[] = Array.from({ length: 10 }, (_, i) => `${i}`);

/** Small color images that all differ; image `i` has label `i % 10`. */
export const someImages = (count: number, height = 4, width = 5, channels = 3): ImageSource =>
  right(
    imagesFromBytes({
      height,
      width,
      channels,
      count,
      pixels: bytesOf(count * height * width * channels),
      labels: Array.from({ length: count }, (_, i) => i % 10),
      classes: digits,
    }),
  );

export const labelsOf = ({ count, label }: ImageSource): readonly number[] =>
  Array.from({ length: count }, (_, i) => label(i));

/** The content of a source as comparable data. */
export const contents = (source: ImageSource) => ({
  classes: source.classes,
  labels: labelsOf(source),
  images: Array.from({ length: source.count }, (_, i) => source.image(i)),
});

/** A pipeline adapted to these images. */
export const adapted = (transforms: readonly TransformData[], source: ImageSource): Pipeline =>
  right(adaptedPipeline(transforms, source));
