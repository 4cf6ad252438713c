import { properFraction, record } from '../../core/config.js';
import { drawOnHost } from '../../core/host-draws.js';
import type { Key } from '../../core/key.js';
import type { Image } from '../image.js';
import { warp } from './affine.js';
import { defineTransform } from './define-transform.js';

/**
 * Rotates an image about its center by an angle in radians, counter-clockwise on the screen: bilinear, with reflection
 * outside the image. The matrix and its sign are those of Keras's RandomRotation.
 */
export const rotateBy =
  (angle: number) =>
  (image: Image): Image => {
    const sin = Math.sin(angle);
    const cos = Math.cos(angle);
    const x = image.width - 1;
    const y = image.height - 1;
    return warp(
      {
        xx: cos,
        xy: -sin,
        x0: (x - (cos * x - sin * y)) / 2,
        yx: sin,
        yy: cos,
        y0: (y - (sin * x + cos * y)) / 2,
      },
      image,
    );
  };

/** Rotates by an angle that is uniform in ±factor · 2π radians. Source: Keras's RandomRotation(factor). */
export const rotate =
  (factor: number) =>
  (key: Key, image: Image): Image => {
    const u = drawOnHost(key, { kind: 'uniform' }, [1]).data[0]!;
    return rotateBy((2 * u - 1) * factor * 2 * Math.PI)(image);
  };

export const rotateTransform = defineTransform({
  kind: 'rotate',
  settings: record('rotate', { factor: properFraction }),
  apply: ({ factor }) => rotate(factor),
});
