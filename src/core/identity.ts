import * as E from 'fp-ts/lib/Either.js';
import type { Axes, Same, Tensor } from './axes.js';
import { declare } from './declaration.js';
import type { Layer, NoParams, OutputAxes } from './layer.js';

/** The layer that answers its input: the unit of `serial`. */
export const identity: Layer<NoParams, Axes, Same> = {
  init: (input) => E.right(declare({}, input)),
  apply: <A extends Axes>(_: NoParams, x: Tensor<A>) => x as Tensor<OutputAxes<Same, A>>,
};
