import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Logits, shape, type Vectors } from '../core/axes.js';
import { expectAxes } from '../core/errors.js';
import type { Layer } from '../core/layer.js';
import { requireThat } from '../core/require.js';
import { type LinearParams, linear, type WeightInitializer } from './linear.js';

/**
 * A linear layer with one output per class: `[batch, feature] → [batch, class]`.
 *
 * @example
 * const head = serial(meanPool, named('classifier', classifier(10)));
 */
export const classifier = (
  classes: number,
  options: { readonly initializer?: WeightInitializer } = {},
): Layer<LinearParams, Vectors, Logits> => {
  const layer = linear(classes, options);
  return {
    init: (input) =>
      pipe(
        expectAxes(['batch', 'feature'], input),
        E.chain(([batch]) =>
          pipe(
            layer.init(input),
            E.map((declaration) => ({ ...declaration, output: shape(['batch', 'class'], [batch, classes]) })),
          ),
        ),
      ),
    apply: (params, x, context): CoreTensor => {
      const { shape: sizes }: CoreTensor = x;
      requireThat(context, sizes.length === 2, 'vectors, [batch, feature]', `[${sizes}]`);
      return layer.apply(params, x, context);
    },
  };
};
