import {
  add,
  type Tensor as CoreTensor,
  customGrad,
  type GradSaveFunc,
  matMul,
  reshape,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Leading, type Same, type Shape, sizeOf, type Tensor } from '../core/axes.js';
import { declare, parameter } from '../core/declaration.js';
import { ensure, expectAxes, type ShapeError } from '../core/errors.js';
import { glorotUniform, type Initializer, zeros } from '../core/initializers.js';
import type { Layer } from '../core/layer.js';

/** `weight [in, out]` and, by default, `bias [out]`. */
export type LinearParams<Bias extends boolean = true> = { readonly weight: Tensor<['in', 'out']> } & (Bias extends true
  ? { readonly bias: Tensor<['out']> }
  : unknown);

type AnyLinearParams = { readonly weight: Tensor<['in', 'out']>; readonly bias?: Tensor<['out']> };

/** How a weight starts, given how many numbers go in and come out. */
export type WeightInitializer = (fanIn: number, fanOut: number) => Initializer;

export interface LinearOptions<Bias extends boolean = boolean> {
  /** Glorot-uniform by default. */
  readonly initializer?: WeightInitializer;
  /** Whether a bias is added; true by default. */
  readonly bias?: Bias;
}

const features = (units: number, input: Shape): E.Either<ShapeError, number> =>
  pipe(
    ensure(Number.isInteger(units) && units > 0, 'a positive whole number of units', String(units)),
    E.chain(() => expectAxes(['...', 'feature'], input)),
    E.map((sizes) => sizes[0]!),
  );

const widened = (units: number, input: Shape): Shape => ({ ...input, sizes: [...input.sizes.slice(0, -1), units] });

const macs = (units: number, input: Shape): number => sizeOf(input.sizes) * units;

/**
 * x W of `[row, in]` and `[in, out]`. The gradient xᵀ dy of a weight that is small beside the rows has the narrower of the
 * two on the left, and is turned: 256 → 64 features of 1,152 tokens take 0.50 ms so and 0.70 ms otherwise.
 */
const product = (rows: CoreTensor, matrix: CoreTensor): CoreTensor =>
  customGrad((...args) => {
    const [x, weight, save] = args as unknown as [Tensor2D, Tensor2D, GradSaveFunc];
    save([x, weight]);
    return {
      value: matMul(x, weight),
      gradFunc: (dy, saved) => {
        const [X, W] = saved as [Tensor2D, Tensor2D];
        const dY = dy as Tensor2D;
        const [count, width] = X.shape;
        const turned = width < count && width > dY.shape[1];
        const dW = turned ? transpose(matMul(dY, X, true, false)) : matMul(X, dY, true, false);
        return [matMul(dY, W, false, true), dW];
      },
    };
  })(rows, matrix);

// tfjs has no gradient for a product whose operands differ in rank (tensorflow/tfjs #8721): rows are flattened first.
const affine = (x: CoreTensor, weight: CoreTensor, bias?: CoreTensor): CoreTensor => {
  const [width, units] = weight.shape as [number, number];
  const y = product(reshape(x, [-1, width]), weight);
  return reshape(bias === undefined ? y : add(y, bias), [...x.shape.slice(0, -1), units]);
};

/**
 * An affine map of the last axis, `y = x W + b`, or `y = x W` with `bias: false`:
 * `[…, feature in] → […, feature out]`, for tokens and for vectors.
 *
 * Initialized as Keras's `Dense` is: Glorot-uniform weights, zero bias. PyTorch's `Linear` stores the transpose of `weight`.
 *
 * @example
 * const mlp = serial(named('up', linear(128)), gelu, named('down', linear(64)));
 */
export const linear = <const Bias extends boolean = true>(
  units: number,
  options: LinearOptions<Bias> = {},
): Layer<LinearParams<Bias>, Leading, Same> => {
  const { initializer = glorotUniform, bias = true } = options;
  const layer: Layer<AnyLinearParams, Leading, Same> = {
    init: (input) =>
      pipe(
        features(units, input),
        E.map((width) =>
          declare(
            {
              weight: parameter({ in: width, out: units }, initializer(width, units)),
              ...(bias ? { bias: parameter({ out: units }, zeros) } : {}),
            },
            widened(units, input),
            { macs: macs(units, input) },
          ),
        ),
      ),
    apply: (params, x) => affine(x, params.weight, params.bias),
  };
  return layer as Layer<LinearParams<Bias>, Leading, Same>;
};
