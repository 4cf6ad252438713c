import { add, type Tensor as CoreTensor, matMul, reshape, transpose } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Features, type Same, type Shape, sizeOf, sizesOf, type Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure, expectAxes } from '../core/errors.js';
import { glorotUniform, type Initializer, zeros } from '../core/initializers.js';
import type { AnyLayer, Layer } from '../core/layer.js';
import { requireParameter } from '../core/require.js';
import { customGradient } from '../core/tfjs/custom-gradient.js';

/** `weight [in, out]` and, by default, `bias [out]`. */
export type LinearParams<Bias extends boolean = true> = { readonly weight: Tensor<['in', 'out']> } & (Bias extends true
  ? { readonly bias: Tensor<['out']> }
  : unknown);

type AnyLinearParams = { readonly weight: Tensor<['in', 'out']>; readonly bias?: Tensor<['out']> };

/** The initial distribution of a weight for the given numbers of inputs and outputs. */
export type WeightInitializer = (fanIn: number, fanOut: number) => Initializer;

export interface LinearOptions<Bias extends boolean = boolean> {
  /** Default: Glorot-uniform. */
  readonly initializer?: WeightInitializer;
  /** Whether a bias is added; default: true. */
  readonly bias?: Bias;
}

const widened = (units: number, input: Shape): Shape => ({ ...input, sizes: [...input.sizes.slice(0, -1), units] });

const macs = (units: number, input: Shape): number => sizeOf(input.sizes) * units;

/**
 * x W of `[row, in]` and `[in, out]`. In the gradient xᵀ dy of a weight that is small compared to the rows, the narrower of the
 * two is on the left and the result is transposed: from 256 to 64 features of 1,152 tokens this takes 0.50 ms instead of 0.70.
 */
const product = customGradient({
  forward: (x: CoreTensor, weight: CoreTensor) => ({ value: matMul(x, weight), saved: [x, weight] }),
  gradient: (dY, [X, W]) => {
    const [count, width] = sizesOf<['row', 'in']>(X);
    const [, units] = sizesOf<['row', 'out']>(dY);
    const narrower = width < count && width > units;
    const dW = narrower ? transpose(matMul(dY, X, true, false)) : matMul(X, dY, true, false);
    return [matMul(dY, W, false, true), dW];
  },
});

// tfjs has no gradient for a product whose operands differ in rank (tensorflow/tfjs #8721): rows are flattened first.
const affine = (x: CoreTensor, weight: Tensor<['in', 'out']>, bias?: CoreTensor): CoreTensor => {
  const [width, units] = sizesOf(weight);
  const y = product(reshape(x, [-1, width]), weight);
  return reshape(bias === undefined ? y : add(y, bias), [...x.shape.slice(0, -1), units]);
};

/**
 * An affine map of the last axis, `y = x W + b`, or `y = x W` with `bias: false`:
 * `[…, feature in] → […, feature out]`, for tokens and for vectors.
 *
 * Initialized as Keras's `Dense`: Glorot-uniform weights and zero bias. PyTorch's `Linear` stores the transpose of `weight`.
 * A `ShapeError` if `units` is not a positive whole number.
 *
 * @example
 * const mlp = serial(named('up', linear(128)), gelu, named('down', linear(64)));
 */
export const linear = <const Bias extends boolean = true>(
  units: number,
  options: LinearOptions<Bias> = {},
): Layer<LinearParams<Bias>, Features, Same> => {
  const { initializer = glorotUniform, bias = true } = options;
  // `AnyLayer`, because whether `bias` is a parameter depends on the type argument `Bias`.
  const layer: AnyLayer = {
    init: (input) =>
      pipe(
        ensure(Number.isInteger(units) && units > 0, 'a positive whole number of units', String(units)),
        E.chain(() => expectAxes(['...', 'feature'], input)),
        E.map(([width]) => {
          const weight = parameter({ in: width, out: units }, initializer(width, units));
          return declare(
            bias ? { weight, bias: parameter({ out: units }, zeros) } : { weight },
            widened(units, input),
            { macs: macs(units, input) },
          );
        }),
      ),
    apply: (params: AnyLinearParams, x, context) => {
      const width = x.shape.at(-1) ?? 0;
      requireParameter(context, 'weight', params.weight, [width, units], `${width} features to ${units}`);
      if (bias) requireParameter(context, 'bias', params.bias, [units], `${units} units`);
      return affine(x, params.weight, params.bias);
    },
  };
  return layer;
};
