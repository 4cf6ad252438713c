import { join } from 'node:path';
import type { ImageDecoding } from '../../image-decoding.js';
import { customSource, type ImageSource } from '../../image-source.js';
import { type DecoderThread, decoderThread } from './decoder-thread.js';

export interface ImageFilesOptions {
  readonly folder: string;
  /** The size and time say which version of a file is meant: they are part of what identifies the images. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly modified: number }[];
  readonly labels: readonly number[];
  readonly classes: readonly string[];
  readonly decoding: ImageDecoding;
}

/**
 * A source that decodes its files when they are read, for images that do not fit in memory. Reading waits for a thread that
 * decodes with sharp; `willRead` lets it begin before. Reading a file that is gone or damaged throws.
 */
export const imagesFromFiles = (options: ImageFilesOptions): ImageSource => {
  const { folder, files, labels, classes, decoding } = options;
  const { height, width, channels } = decoding;
  // Mutable: the thread is started by the first image that is read.
  let thread: DecoderThread | undefined;
  const started = (): DecoderThread => {
    thread ??= decoderThread({ paths: files.map(({ path }) => join(folder, path)), decoding });
    return thread;
  };
  return customSource(
    { module: import.meta.url, name: 'imagesFromFiles', options },
    {
      count: files.length,
      classes,
      label: (index) => labels[index] ?? Number.NaN,
      image: (index) => ({ height, width, channels, data: new Float32Array(started().read(index)) }),
      willRead: (indices) => started().begin(indices),
    },
  );
};
