/**
 * The shifted views of shifted patch tokenization (Lee et al. 2021, section 3.1).
 *
 * @module
 */
import { type Tensor as CoreTensor, concat, pad, slice } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Images, shape, sizesOf, type Tensor } from '../core/axes.js';
import { child } from '../core/context.js';
import { declare } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import type { Layer, NoParams } from '../core/layer.js';
import { show } from '../core/observe.js';
import { requireAxes } from '../core/require.js';

/** A direction in which the content of an image moves. */
export interface Shift {
  readonly name: string;
  readonly down: -1 | 0 | 1;
  readonly right: -1 | 0 | 1;
}

const leftUp: Shift = { name: 'left-up', down: -1, right: -1 };
const leftDown: Shift = { name: 'left-down', down: 1, right: -1 };
const rightUp: Shift = { name: 'right-up', down: -1, right: 1 };
const rightDown: Shift = { name: 'right-down', down: 1, right: 1 };
const left: Shift = { name: 'left', down: 0, right: -1 };
const right: Shift = { name: 'right', down: 0, right: 1 };
const up: Shift = { name: 'up', down: -1, right: 0 };
const down: Shift = { name: 'down', down: 1, right: 0 };

// The official code names a view by the corner of the padded image that it is cut from, so its content moves in the
// opposite direction: its (lu, ru, lb, rb) are (right-down, left-down, right-up, left-up) here.
const diagonals = {
  keras: [leftUp, leftDown, rightUp, rightDown],
  official: [rightDown, leftDown, rightUp, leftUp],
} as const;
const cardinals = { keras: [left, right, up, down], official: [right, left, down, up] } as const;

export type Directions = 'diagonal' | 'cardinal' | 'all';
export type ShiftOrder = 'keras' | 'official';

/**
 * The shifts of a set, in the order in which their channels follow the original's. The Keras example and the official code
 * both use the diagonals, in different orders; the other two sets are in the paper's supplement and, as comments, in the
 * official code. For a model trained from scratch the order only permutes the weights of the projection.
 *
 * @example
 * const views = shiftedViews(shifts('cardinal', 'keras'), 2);
 */
export const shifts = (directions: Directions, order: ShiftOrder): readonly Shift[] =>
  directions === 'diagonal'
    ? diagonals[order]
    : directions === 'cardinal'
      ? cardinals[order]
      : [...cardinals[order], ...diagonals[order]];

const window = (amount: number): { readonly before: number; readonly after: number } =>
  amount > 0 ? { before: amount, after: 0 } : { before: 0, after: -amount };

/** Moves the content of images by whole pixels and fills the rest with zeros. `[batch, row, column, channel]` to the same. */
export const shiftImages = (images: Tensor<Images>, pixelsDown: number, pixelsRight: number): Tensor<Images> => {
  const [batch, rows, columns, channels] = sizesOf(images);
  const vertical = window(pixelsDown);
  const horizontal = window(pixelsRight);
  const pixels: CoreTensor = images;
  const visible = slice(
    pixels,
    [0, vertical.after, horizontal.after, 0],
    [batch, rows - Math.abs(pixelsDown), columns - Math.abs(pixelsRight), channels],
  );
  return pad(visible, [
    [0, 0],
    [vertical.before, vertical.after],
    [horizontal.before, horizontal.after],
    [0, 0],
  ]);
};

/**
 * Appends shifted copies of the images to the original, along the channels:
 * `[batch, row, column, channel] → [batch, row, column, channel · (1 + shifts)]`.
 *
 * `pixels` is how far each copy moves: half a patch in the paper, rounded down. A `ShapeError` if that is not at least one
 * pixel and less than the image. Shows each copy to `observe` by its name: `views/left-up`.
 */
export const shiftedViews = (views: readonly Shift[], pixels: number): Layer<NoParams, Images, Images> => ({
  init: (input) =>
    pipe(
      expectAxes(['batch', 'row', 'column', 'channel'], input),
      E.chain(([batch, rows, columns, channels]) =>
        pipe(
          ensure(
            Number.isInteger(pixels) && pixels > 0 && pixels < Math.min(rows, columns),
            `a shift of at least one pixel and less than the image of ${rows} × ${columns} (patch × ratio, rounded down)`,
            `${pixels}`,
          ),
          E.map(() =>
            declare(
              {},
              shape(['batch', 'row', 'column', 'channel'], [batch, rows, columns, channels * (1 + views.length)]),
            ),
          ),
        ),
      ),
    ),
  apply: (_, images, context) => {
    requireAxes(context, ['batch', 'row', 'column', 'channel'], images);
    const copies = views.map((view) => {
      const copy = shiftImages(images, view.down * pixels, view.right * pixels);
      show(child(context, 'views'), view.name, () => copy);
      return copy;
    });
    return concat<CoreTensor>([images, ...copies], 3);
  },
});
