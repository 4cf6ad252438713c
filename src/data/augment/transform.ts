/**
 * A transform is data: what a configuration or a checkpoint says about an image's way into the model.
 *
 * @module
 */
import * as t from 'io-ts';
import { numberThat, positiveInteger, record, tagged, wholeNumber } from '../../core/config.js';

const factor = numberThat('a number in [0, 1)', (n) => n >= 0 && n < 1);

/** See the functions of the same names for what each does. */
export const Transform = tagged('a transform', {
  normalize: record('normalize', { kind: t.literal('normalize') }),
  resize: record('resize', { kind: t.literal('resize'), height: positiveInteger, width: positiveInteger }),
  flip: record('flip', { kind: t.literal('flip') }),
  rotate: record('rotate', { kind: t.literal('rotate'), factor }),
  zoom: record('zoom', { kind: t.literal('zoom'), height: factor, width: factor }),
  shift: record(
    'shift',
    { kind: t.literal('shift'), pixels: wholeNumber },
    // What comes in from outside; 0 unless told otherwise.
    { fill: numberThat('a finite number', () => true) },
  ),
});
export type Transform = t.TypeOf<typeof Transform>;

/** The transforms of a pipeline, in order. */
export const Transforms = t.readonlyArray(Transform, 'transforms');
export type Transforms = t.TypeOf<typeof Transforms>;
