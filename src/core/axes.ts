/**
 * Axes are names, sizes are run-time. Wrong wiring is then a compile error, a wrong size a `ShapeError` value.
 *
 * @module
 */
import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';

/** The names of a tensor's axes, outermost first: `['batch', 'token', 'feature']`. */
export type Axes = readonly string[];

declare const axes: unique symbol;

/**
 * A tfjs tensor whose axes have names. The names live in the type alone.
 *
 * A plain tfjs tensor, as every tfjs operation returns, is accepted wherever a named one is asked for: the inside of a
 * layer is ordinary tfjs code, and the names are what its signature promises. Two *named* tensors never mix by accident.
 */
export interface Tensor<A extends Axes = Axes> extends CoreTensor {
  readonly [axes]?: A | undefined;
}

/** Marks a layer whose output has the axes of its input. */
export interface Same {
  readonly same: true;
}

/** Any axes that end in `feature`: what a layer accepts that works on tokens and on vectors alike. */
export type Leading = readonly [...string[], 'feature'];

export type Images = readonly ['batch', 'row', 'column', 'channel'];
export type Tokens = readonly ['batch', 'token', 'feature'];
export type Vectors = readonly ['batch', 'feature'];
/** One score a class, before the softmax. */
export type Logits = readonly ['batch', 'class'];

/** Axis names with their sizes, known before any tensor exists. */
export interface Shape<A extends Axes = Axes> {
  readonly axes: A;
  readonly sizes: readonly number[];
}

/** `shape(['batch', 'token', 'feature'], [1, 49, 64])` */
export const shape = <const A extends Axes>(axes: A, sizes: { readonly [K in keyof A]: number }): Shape<A> => ({
  axes,
  sizes: sizes as readonly number[],
});

/** The shape of a batch of images, as `init` of a vision model wants it; one image unless told otherwise. */
export const imageShape = (size: { height: number; width: number; channels: number }, batch = 1): Shape<Images> =>
  shape(['batch', 'row', 'column', 'channel'], [batch, size.height, size.width, size.channels]);

/** How many elements a tensor of these sizes has. */
export const sizeOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** `[batch 1, token 49, feature 64]` */
export const showShape = (s: Shape): string => `[${s.axes.map((axis, i) => `${axis} ${s.sizes[i]}`).join(', ')}]`;
