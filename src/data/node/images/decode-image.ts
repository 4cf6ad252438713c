/**
 * Decodes image files with sharp (libvips), whose libraries come inside npm packages.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { messageOf } from '../../../node/thrown.js';
import type { ImageDecoding } from '../../image-decoding.js';
import { formatOf, type Unusable } from './image-format.js';

type Sharp = typeof import('sharp');

// Loaded when the first image is decoded: most data sets need none. The main thread must load it before worker threads do
// (sharp's manual, "Worker threads"); it decodes every image of a folder before a thread decodes one.
/** An image may have the square of this many pixels. */
const LIMIT = 16_383;

const load = async (): Promise<Sharp['default']> => (await import('sharp')).default;

// The messages of libvips are not used: its buffer for them is shared, so they may be those of another image.
const broken = (format: string, thrown: unknown): Unusable => ({
  reason: 'broken-image',
  detail: messageOf(thrown).includes('exceeds pixel limit')
    ? `a ${format} file with too many pixels, more than ${LIMIT ** 2}`
    : `a damaged or incomplete ${format} file`,
});

/** What the header of an image file says. */
export interface ImageHeader {
  /** In pixels, upright. */
  readonly height: number;
  readonly width: number;
  /** Whether the image is stored as gray. */
  readonly gray: boolean;
}

/** Reads the header of an image file of this format. */
export const readHeader =
  (path: string, format: string): TE.TaskEither<Unusable, ImageHeader> =>
  async () => {
    try {
      const sharp = await load();
      const { autoOrient, space } = await sharp(path).metadata();
      return E.right({ ...autoOrient, gray: space === 'b-w' || space === 'grey16' });
    } catch (thrown) {
      return E.left(broken(format, thrown));
    }
  };

const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;

/**
 * Decodes the bytes of a JPEG, PNG, WebP, GIF, TIFF or AVIF file: uint8 [row, column, channel]. Palettes are looked up,
 * 16 bits become 8, CMYK and colour profiles become sRGB, EXIF orientation is applied, transparent pixels are laid over the
 * background, and of an animation the first frame is taken. Damaged data is an error, never a gray area.
 *
 * Gray is libvips' conversion: luminance in linear light.
 *
 * @example
 * const pixels = decodeImage(await readFile('cat.jpg'), { height: 64, width: 64, channels: 3, ...defaultDecoding });
 */
export const decodeImage =
  (bytes: Uint8Array, decoding: ImageDecoding): TE.TaskEither<Unusable, Uint8Array> =>
  async () => {
    const format = formatOf(bytes);
    if (E.isLeft(format)) return format;
    const { height, width, channels, fit, kernel, background } = decoding;
    const [r, g, b] = background;
    try {
      const sharp = await load();
      const pixels = await sharp(bytes, { failOn: 'error', limitInputPixels: LIMIT ** 2 })
        .autoOrient()
        .flatten({ background: { r, g, b } })
        .resize({ height, width, fit: fits[fit], kernel, position: 'centre', background: { r, g, b } })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw({ depth: 'uchar' })
        .toBuffer();
      return pipe(
        pixels,
        E.fromPredicate(
          ({ length }) => length === height * width * channels,
          ({ length }): Unusable => ({
            reason: 'broken-image',
            detail: `expected ${height * width * channels} values after decoding, got ${length}`,
          }),
        ),
      );
    } catch (thrown) {
      return E.left(broken(format.right, thrown));
    }
  };
