import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Declaration } from '../declaration.js';
import type { ShapeError } from '../errors.js';
import { identity } from '../identity.js';
import type { AnyLayer } from '../layer.js';
import { merge } from './merge.js';

/** One layer after the other, their parameter records merged: `serial` and `sequence` without the types. */
export const chain = (parts: readonly AnyLayer[]): AnyLayer => ({
  init: (input) =>
    parts.reduce<E.Either<ShapeError, Declaration<unknown>>>(
      (soFar, part) =>
        pipe(
          soFar,
          E.chain((before) =>
            pipe(
              part.init(before.output),
              E.chain((next) => merge(before, next, next.output)),
            ),
          ),
        ),
      identity.init(input),
    ) as E.Either<ShapeError, never>,
  apply: (params, x, context) => parts.reduce((value, part) => part.apply(params, value, context), x),
});
