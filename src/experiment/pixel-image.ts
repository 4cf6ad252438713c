import type { HostTensor } from '../core/host-tensor.js';
import type { Image } from '../data/image.js';
import type { PixelImage } from '../plot/index.js';

/** An image for a figure: gray for one or two channels (the first), colour for three or more (the first three). */
export const pixelImage = ({ height, width, channels, data }: Image): PixelImage => {
  const shown = channels < 3 ? 1 : 3;
  const kept = data.filter((_, i) => i % channels < shown);
  return { height, width, channels: shown, data: kept };
};

/** Image 0 of a batch, `[batch, row, column, channel]`. */
export const firstImage = ({ shape, data }: HostTensor): Image => {
  const [, height = 0, width = 0, channels = 0] = shape;
  return { height, width, channels, data: Float32Array.from(data.subarray(0, height * width * channels)) };
};
