import { mul } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Features, Same, Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import { constant } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';
import { requireParameter } from '../core/require.js';

export type LayerScaleParams = { readonly scale: Tensor<['feature']> };

/**
 * Multiplies each feature by a learned factor: `[…, feature] → […, feature]`. At the end of a residual branch it lets a deep model begin
 * near the identity (Touvron et al. 2021, "Going deeper with image transformers", section 2).
 *
 * `initial` is the first value of all factors; default: 1e-5. The paper has 0.1 up to 18 blocks, 1e-5 up to 24, and 1e-6 beyond. A
 * `ShapeError` if it is not finite.
 *
 * @example
 * const block = residual(serial(named('norm', layerNorm()), named('inner', linear(64)), named('scale', layerScale(0.1))));
 */
export const layerScale = (initial = 1e-5): Layer<LayerScaleParams, Features, Same> => ({
  init: (input) =>
    pipe(
      ensure(Number.isFinite(Math.fround(initial)), 'a finite initial factor', String(initial)),
      E.chain(() => expectAxes(['...', 'feature'], input)),
      E.map(([width]) => declare({ scale: parameter({ feature: width }, constant(initial)) }, input)),
    ),
  apply: ({ scale }, x, context) => {
    const width = x.shape.at(-1) ?? 0;
    requireParameter(context, 'scale', scale, [width], `${width} features`);
    return mul(x, scale);
  },
});
