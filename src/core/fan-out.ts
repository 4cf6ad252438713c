/**
 * Several layers on the same input, and one output combined from theirs.
 *
 * @module
 */
import { add as addTensors, type Tensor as CoreTensor, concat as concatTensors } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type Axes, type Same, type Shape, showShape } from './axes.js';
import { type ShapeError, shapeError } from './errors.js';
import { identity } from './identity.js';
import type { FanOutInput, FansOut } from './internal/fan-out-wiring.js';
import { type AnyDeclaration, merge } from './internal/merge.js';
import { checkNames } from './internal/names.js';
import type { SerialParams, ShowAxes } from './internal/wiring.js';
import type { AnyLayer, InputOf, Layer, OutputOf } from './layer.js';

type OneOrMore<A> = readonly [A, ...A[]];

/** Combines tensors with the same axes into one. `shape` returns the shape of the result, or a `ShapeError`. */
export interface Combine {
  readonly shape: (shapes: OneOrMore<Shape>) => E.Either<ShapeError, Shape>;
  readonly apply: (tensors: OneOrMore<CoreTensor>) => CoreTensor;
}

/** The first shape that differs from the first of all, other than in the axis `except`. */
const differing = ([first, ...others]: OneOrMore<Shape>, except?: number): Shape | undefined =>
  others.find(
    ({ sizes }) =>
      sizes.length !== first.sizes.length || sizes.some((size, i) => i !== except && size !== first.sizes[i]),
  );

/** The sum of tensors of the same sizes. */
export const add: Combine = {
  shape: (shapes) => {
    const other = differing(shapes);
    return other === undefined
      ? E.right(shapes[0])
      : E.left(shapeError(`the same shape as the other summand, ${showShape(shapes[0])}`, showShape(other)));
  },
  apply: ([first, ...others]) => others.reduce<CoreTensor>((sum, next) => addTensors(sum, next), first),
};

/** Tensors joined along their last axis, the features. */
export const concatenate: Combine = {
  shape: (shapes) => {
    const [first] = shapes;
    const other = differing(shapes, first.sizes.length - 1);
    if (other !== undefined)
      return E.left(shapeError(`${showShape(first)} except for the last axis`, showShape(other)));
    const joined = shapes.reduce((total, { sizes }) => total + (sizes.at(-1) ?? 0), 0);
    return E.right({ axes: first.axes, sizes: [...first.sizes.slice(0, -1), joined] });
  },
  apply: (tensors) => concatTensors([...tensors], -1),
};

type Outputs = { readonly merged: AnyDeclaration; readonly shapes: OneOrMore<Shape> };

/** `fanOut` without the types. */
const combined = (combine: Combine, [first, ...others]: OneOrMore<AnyLayer>): AnyLayer => ({
  init: (input) =>
    pipe(
      others.reduce<E.Either<ShapeError, Outputs>>(
        (previous, layer) =>
          pipe(
            E.Do,
            E.bind('before', () => previous),
            E.bind('next', () => layer.init(input)),
            E.bind('merged', ({ before, next }) => merge(before.merged, next, input)),
            E.map(({ before, next, merged }) => ({ merged, shapes: [...before.shapes, next.output] })),
          ),
        pipe(
          first.init(input),
          E.chainFirst(({ params }) => checkNames(params)),
          E.map((merged) => ({ merged, shapes: [merged.output] })),
        ),
      ),
      E.chain(({ merged, shapes }) =>
        pipe(
          combine.shape(shapes),
          E.map((output) => ({ ...merged, output })),
        ),
      ),
    ),
  apply: (params, x, context) =>
    combine.apply([first.apply(params, x, context), ...others.map((layer) => layer.apply(params, x, context))]),
});

/**
 * Applies every layer to the same input and combines the outputs. Parts with parameters or draws are wrapped in `named`. A
 * part that accepts or gives other axes than those before it is a compile error at that argument, with a sentence that says
 * why.
 *
 * @example
 * const both = fanOut(concatenate, named('near', linear(32)), named('far', linear(32)));
 */
export function fanOut<const L extends readonly [AnyLayer, ...AnyLayer[]]>(
  combine: Combine,
  ...layers: FansOut<L>
): Layer<SerialParams<L>, Extract<FanOutInput<L>, Axes>, Extract<OutputOf<L[0]>, Axes | Same>>;
export function fanOut(combine: Combine, ...layers: OneOrMore<AnyLayer>): AnyLayer {
  return combined(combine, layers);
}

type Addable<L extends AnyLayer> =
  OutputOf<L> extends Same
    ? L
    : [OutputOf<L>] extends [InputOf<L>]
      ? L
      : `residual adds a layer's output to its input, but [${ShowAxes<InputOf<L>>}] becomes [${ShowAxes<OutputOf<L>>}]`;

/**
 * `residual(f)(x) = x + f(x)`: a fan-out into the identity and `f`, added.
 *
 * @example
 * const block = residual(serial(named('norm', layerNorm()), named('linear', linear(64))));
 */
export const residual = <L extends AnyLayer>(
  layer: Addable<L> & L,
): Layer<SerialParams<readonly [L]>, InputOf<L>, Extract<OutputOf<L>, Axes | Same>> => combined(add, [identity, layer]);
