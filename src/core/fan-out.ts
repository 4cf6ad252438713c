/**
 * Several layers on the same input, and what becomes of their outputs.
 *
 * @module
 */
import { add as addTensors, type Tensor as CoreTensor, concat as concatTensors } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Axes, Same, Shape } from './axes.js';
import { showShape } from './axes.js';
import type { Declaration } from './declaration.js';
import { type ShapeError, shapeError } from './errors.js';
import { identity } from './identity.js';
import type { FanOutInput, FansOut } from './internal/fan-out-wiring.js';
import { merge } from './internal/merge.js';
import type { SerialParams, ShowAxes } from './internal/wiring.js';
import type { AnyLayer, InputOf, Layer, OutputOf } from './layer.js';

/** Makes one tensor of several that have the same axes. */
export interface Combine {
  readonly shape: (shapes: readonly Shape[]) => E.Either<ShapeError, Shape>;
  readonly apply: (tensors: readonly CoreTensor[]) => CoreTensor;
}

const differing = (shapes: readonly Shape[], except: number): Shape | undefined =>
  shapes.find(
    (s) =>
      s.sizes.length !== shapes[0]!.sizes.length ||
      s.sizes.some((size, i) => i !== except && size !== shapes[0]!.sizes[i]),
  );

/** The sum of tensors of the same sizes. */
export const add: Combine = {
  shape: (shapes) => {
    const other = differing(shapes, -1);
    return other === undefined
      ? E.right(shapes[0]!)
      : E.left(shapeError(`the shape of what it is added to, ${showShape(shapes[0]!)}`, showShape(other)));
  },
  apply: (tensors) => tensors.slice(1).reduce<CoreTensor>((sum, next) => addTensors(sum, next), tensors[0]!),
};

/** Tensors joined along their last axis, the features. */
export const concatenate: Combine = {
  shape: (shapes) => {
    const first = shapes[0]!;
    const last = first.sizes.length - 1;
    const other = differing(shapes, last);
    if (other !== undefined) return E.left(shapeError(`${showShape(first)} but for the last axis`, showShape(other)));
    const joined = shapes.reduce((total, s) => total + s.sizes[last]!, 0);
    return E.right({ axes: first.axes, sizes: [...first.sizes.slice(0, -1), joined] });
  },
  apply: (tensors) => concatTensors([...tensors], -1),
};

/**
 * Applies every layer to the same input and combines the outputs; parts that have parameters or draws are named. A part that
 * accepts or gives other axes than those before it is a compile error at that very argument, and reads as a sentence.
 *
 * @example
 * fanOut(concatenate, named('near', linear(32)), named('far', linear(32)))
 */
export const fanOut = <const L extends readonly [AnyLayer, ...AnyLayer[]]>(
  combine: Combine,
  ...layers: FansOut<L>
): Layer<SerialParams<L>, Extract<FanOutInput<L>, Axes>, Extract<OutputOf<L[0]>, Axes | Same>> => {
  const parts = layers as unknown as readonly AnyLayer[];
  const whole: AnyLayer = {
    init: (input) =>
      pipe(
        parts.reduce<E.Either<ShapeError, readonly [Declaration<unknown>, readonly Shape[]]>>(
          (soFar, layer) =>
            pipe(
              E.Do,
              E.bind('before', () => soFar),
              E.bind('next', () => layer.init(input)),
              E.chain(({ before: [merged, outputs], next }) =>
                pipe(
                  merge(merged, next, input),
                  E.map((both) => [both, [...outputs, next.output]] as const),
                ),
              ),
            ),
          pipe(
            identity.init(input),
            E.map((nothing) => [nothing, []] as const),
          ),
        ),
        E.chain(([merged, outputs]) =>
          pipe(
            combine.shape(outputs),
            E.map((output) => ({ ...merged, output })),
          ),
        ),
      ),
    apply: (params, x, context) => combine.apply(parts.map((layer) => layer.apply(params, x, context))),
  };
  return whole;
};

type Addable<L extends AnyLayer> =
  OutputOf<L> extends Same
    ? L
    : [OutputOf<L>] extends [InputOf<L>]
      ? L
      : `residual adds a layer's output to its input, but [${ShowAxes<InputOf<L>>}] becomes [${ShowAxes<OutputOf<L>>}]`;

/** `residual(f)(x) = x + f(x)`: a fan-out into the identity and `f`, added. */
export const residual = <L extends AnyLayer>(
  layer: Addable<L> & L,
): Layer<SerialParams<readonly [L]>, InputOf<L>, Extract<OutputOf<L>, Axes | Same>> =>
  fanOut(add, identity, layer as AnyLayer) as AnyLayer;
