import type { ImageDecoding } from '../../image-decoding.js';
import type { ImageSource } from '../../image-source.js';
import type { ImageSplit } from '../../image-split.js';
import { bytesSource } from '../../images-from-bytes.js';
import { shareInt32 } from '../../internal/shared-memory.js';
import { selection } from '../../select-images.js';
import type { DecodedImages } from './decode-images.js';
import { imagesFromFiles } from './images-from-files.js';

/** The sources of a split. All read the same images: in memory if they are there, else from their files. */
export const sourcesOf = (
  folder: string,
  { images, pixels }: DecodedImages,
  decoding: ImageDecoding,
  split: ImageSplit,
): Readonly<Record<'train' | 'validation' | 'test', ImageSource>> => {
  const { classes } = split;
  const labelOf = new Map(
    [split.train, split.validation, split.test].flatMap(({ files, labels }) =>
      files.map((path, i) => [path, labels[i] ?? 0] as const),
    ),
  );
  // An image of an unknown class is in no part of the split; its label is never read.
  const labels = images.map(({ path }) => labelOf.get(path) ?? 0);
  const { height, width, channels } = decoding;
  const everything =
    pixels === undefined
      ? imagesFromFiles({
          folder,
          files: images.map(({ path, bytes, modified }) => ({ path, bytes, modified })),
          labels,
          classes,
          decoding,
        })
      : bytesSource({ kind: 'bytes', height, width, channels, pixels, labels: shareInt32(labels), classes });
  const positions = new Map(images.map(({ path }, position) => [path, position]));
  const part = ({ files }: ImageSplit['train']): ImageSource =>
    selection(everything, shareInt32(files.map((path) => positions.get(path) ?? Number.NaN)));
  return { train: part(split.train), validation: part(split.validation), test: part(split.test) };
};
