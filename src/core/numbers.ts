/**
 * Codecs of numbers.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';

/**
 * A number that passes a test; `expected` completes "expected …".
 *
 * @example
 * const even = numberThat('an even number', (n) => n % 2 === 0);
 */
export const numberThat = (expected: string, holds: (n: number) => boolean): t.Type<number> =>
  new t.Type<number>(
    expected,
    t.number.is,
    (value, context) =>
      typeof value === 'number' && Number.isFinite(value) && holds(value)
        ? t.success(value)
        : t.failure(value, context, expected),
    t.identity,
  );

export const positiveInteger = numberThat('a positive whole number', (n) => Number.isSafeInteger(n) && n > 0);

/**
 * The same numbers up to a bound, which the error names.
 *
 * @example
 * const Width = atMost(4096, positiveInteger);
 */
export const atMost = (most: number, codec: t.Type<number>): t.Type<number> =>
  new t.Type<number>(
    codec.name,
    (value): value is number => codec.is(value) && value <= most,
    (value, context) =>
      pipe(
        codec.validate(value, context),
        E.chain((number) =>
          number <= most ? t.success(number) : t.failure(value, context, `at most ${most.toLocaleString('en')}`),
        ),
      ),
    t.identity,
  );

/** A size of a model, in numbers, pixels or layers' units: large enough for any model that this library can train. */
export const size = atMost(65_536, positiveInteger);

export const wholeNumber = numberThat('a whole number, 0 or more', (n) => Number.isSafeInteger(n) && n >= 0);
export const positive = numberThat('a number above 0', (n) => n > 0);
export const notNegative = numberThat('a number, 0 or more', (n) => n >= 0);
/** A fraction that leaves something over, such as a drop rate: in [0, 1). */
export const properFraction = numberThat('a number in [0, 1)', (n) => n >= 0 && n < 1);
