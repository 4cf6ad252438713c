import { properFraction, record } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import type { Image } from '../image.js';
import { warp } from './affine.js';
import { defineTransform } from './define-transform.js';

/**
 * Scales the visible region about the center: a factor above 1 zooms out, below 1 zooms in. Bilinear, with reflection
 * outside the image.
 * The matrix is that of Keras's RandomZoom.
 */
export const zoomBy =
  (height: number, width: number) =>
  (image: Image): Image =>
    warp(
      {
        xx: width,
        xy: 0,
        x0: ((image.width - 1) / 2) * (1 - width),
        yx: 0,
        yy: height,
        y0: ((image.height - 1) / 2) * (1 - height),
      },
      image,
    );

/**
 * Zooms by two independent factors, uniform in 1 ± height and 1 ± width.
 * Source: Keras's RandomZoom(height, width).
 */
export const zoom =
  (height: number, width: number) =>
  (key: Key, image: Image): Image => {
    const [u, v] = drawOnHost(key, { kind: 'uniform' }, [2]).data;
    return zoomBy(1 + (2 * u! - 1) * height, 1 + (2 * v! - 1) * width)(image);
  };

export const zoomTransform = defineTransform({
  kind: 'zoom',
  settings: record('zoom', { height: properFraction, width: properFraction }),
  apply: ({ height, width }) => zoom(height, width),
});
