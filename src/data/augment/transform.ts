/**
 * A transform is data: what a configuration or a checkpoint says about an image's way into the model.
 *
 * @module
 */
import * as t from 'io-ts';

const numberThat = (name: string, holds: (value: number) => boolean): t.Type<number> => {
  const is = (value: unknown): value is number => typeof value === 'number' && holds(value);
  return new t.Type(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  );
};

const Size = numberThat('a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0);
const Pixels = numberThat('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && value >= 0);
const Factor = numberThat('a number in [0, 1)', (value) => value >= 0 && value < 1);
const Finite = numberThat('a finite number', Number.isFinite);

/** See the functions of the same names for what each does. */
export const Transform = t.union(
  [
    t.readonly(t.type({ kind: t.literal('normalize') })),
    t.readonly(t.type({ kind: t.literal('resize'), rows: Size, columns: Size })),
    t.readonly(t.type({ kind: t.literal('flip') })),
    t.readonly(t.type({ kind: t.literal('rotate'), factor: Factor })),
    t.readonly(t.type({ kind: t.literal('zoom'), height: Factor, width: Factor })),
    t.readonly(
      t.intersection([
        t.type({ kind: t.literal('shift'), pixels: Pixels }),
        // What comes in from outside; 0 unless told otherwise.
        t.partial({ fill: Finite }),
      ]),
    ),
  ],
  'Transform',
);
export type Transform = t.TypeOf<typeof Transform>;

/** The transforms of a pipeline, in order. */
export const Transforms = t.readonlyArray(Transform, 'Transforms');
export type Transforms = t.TypeOf<typeof Transforms>;
