import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same } from './axes.js';
import { declare } from './declaration.js';
import type { Layer, NoParams } from './layer.js';

/** The layer that returns its input: the unit of `serial`. */
export const identity: Layer<NoParams, Axes, Same> = {
  init: (input) => E.right(declare({}, input)),
  apply: (_, x) => x,
};
