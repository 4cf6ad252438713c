import { allocatedSizeOf } from '../core/axes.js';

/** The size of an image: height and width in pixels, and its channels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * One image: `data` holds height · width · channels values, row by row, with the channel last. Raw values are 0…255;
 * a `normalize` transform changes their scale.
 */
export interface Image extends ImageSize {
  readonly data: Float32Array;
}

/**
 * An image of zeros of this size, for a transform to fill before it returns the image. Without values if a size is not a whole number,
 * 0 or more: `makeBatch` refuses such an image.
 */
export const blank = ({ height, width, channels }: ImageSize): Image => ({
  height,
  width,
  channels,
  data: new Float32Array(allocatedSizeOf([height, width, channels])),
});

/** `28 × 28 × 1`, for messages. */
export const showSize = ({ height, width, channels }: ImageSize): string => `${height} × ${width} × ${channels}`;

export const sameSize = (one: ImageSize, other: ImageSize): boolean =>
  one.height === other.height && one.width === other.width && one.channels === other.channels;
