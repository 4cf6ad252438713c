import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { ensure, type ShapeError } from '../errors.js';
import { identity } from '../identity.js';
import type { AnyLayer } from '../layer.js';
import { type AnyDeclaration, merge } from './merge.js';

/** More layers than any model has: declaring them would take minutes. */
export const MOST_LAYERS = 10_000;

/** Whether so many layers can follow each other. */
export const checkCount = (count: number): E.Either<ShapeError, void> =>
  ensure(
    Number.isInteger(count) && count >= 0 && count <= MOST_LAYERS,
    `0 to ${MOST_LAYERS} layers one after the other`,
    String(count),
  );

/** One layer after the other, with their parameter records merged: `serial` and `sequence` without the types. */
export const chain = (parts: readonly AnyLayer[]): AnyLayer => ({
  init: (input) =>
    parts.reduce<E.Either<ShapeError, AnyDeclaration>>(
      (previous, part) =>
        pipe(
          previous,
          E.chain((before) =>
            pipe(
              part.init(before.output),
              E.chain((next) => merge(before, next, next.output)),
            ),
          ),
        ),
      pipe(
        checkCount(parts.length),
        E.chain(() => identity.init(input)),
      ),
    ),
  apply: (params, x, context) => parts.reduce((value, part) => part.apply(params, value, context), x),
});
