/** How large an image is. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** One image, row-major with the channel last. Values are 0…255 until a transform normalizes them. */
export interface Image extends ImageSize {
  readonly data: Float32Array;
}

/** An image of the given size with zeros, for a transform to fill before it hands the image out. */
export const blank = (size: ImageSize): Image => ({
  height: size.height,
  width: size.width,
  channels: size.channels,
  data: new Float32Array(size.height * size.width * size.channels),
});
