/**
 * Axes have names at compile time and sizes at run time. A layer in the wrong place is a compile error; a wrong size is a
 * `ShapeError` value.
 *
 * @module
 */
import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';

/** The names of a tensor's axes, outermost first: `['batch', 'token', 'feature']`. */
export type Axes = readonly string[];

declare const axes: unique symbol;

/**
 * A tfjs tensor whose axes have names. The names exist only in the type.
 *
 * A plain tfjs tensor, as every tfjs operation returns, is accepted wherever a named one is expected: the body of a layer
 * is ordinary tfjs code, and its signature states the names. Two tensors with *different* names are never accepted for each
 * other.
 */
export interface Tensor<A extends Axes = Axes> extends CoreTensor {
  readonly [axes]?: A | undefined;
}

/** Marks a layer whose output has the axes of its input. */
export interface Same {
  readonly same: true;
}

/** Any axes that end in `feature`: the input of a layer that works on tokens and on vectors alike. */
export type Features = readonly [...string[], 'feature'];

export type Images = readonly ['batch', 'row', 'column', 'channel'];
export type Tokens = readonly ['batch', 'token', 'feature'];
export type Vectors = readonly ['batch', 'feature'];
/** One score per class, before the softmax. */
export type Logits = readonly ['batch', 'class'];

/** One size per axis. Axes that begin with `'...'` stand for those after it. */
export type Sizes<A extends Axes> = A extends readonly ['...', ...infer Last extends Axes]
  ? Sizes<Last>
  : { readonly [K in keyof A]: number };

/** Axis names with their sizes, known before any tensor exists. */
export interface Shape<A extends Axes = Axes> {
  readonly axes: A;
  readonly sizes: readonly number[];
}

/**
 * Axis names with one size each.
 *
 * @example
 * const tokens = shape(['batch', 'token', 'feature'], [1, 49, 64]);
 */
export const shape = <const A extends Axes>(
  axes: A,
  sizes: { readonly [K in keyof A]: number } & readonly number[],
): Shape<A> => ({ axes, sizes });

/**
 * The shape of a batch of images, as `init` of a vision model takes it. Sizes in pixels; default: one image.
 *
 * @example
 * const input = imageShape({ height: 28, width: 28, channels: 1 });
 */
export const imageShape = (size: { height: number; width: number; channels: number }, batch = 1): Shape<Images> =>
  shape(['batch', 'row', 'column', 'channel'], [batch, size.height, size.width, size.channels]);

/**
 * The sizes of a tensor, as a tuple with one number per axis of its type.
 *
 * @example
 * const tokenCount = (x: Tensor<Tokens>): number => {
 *   const [, count] = sizesOf<Tokens>(x);
 *   return count;
 * };
 */
export const sizesOf = <A extends Axes>(x: Tensor<A>): Sizes<A> => {
  const sizes: readonly number[] = x.shape;
  return sizes as Sizes<A>;
};

/** How many elements a tensor of these sizes has. */
export const sizeOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** Whether these are sizes that a tensor can have: whole numbers, 0 or more. */
export const areSizes = (sizes: readonly unknown[]): sizes is readonly number[] =>
  sizes.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0);

// More than an array can hold.
const MOST_ELEMENTS = 2 ** 31;

/**
 * As `sizeOf`, but 0 if these are not sizes or have more than 2³¹ elements: for a host tensor, which an engine then refuses, since its
 * data does not fit its shape.
 */
export const allocatedSizeOf = (sizes: readonly number[]): number =>
  areSizes(sizes) && sizeOf(sizes) <= MOST_ELEMENTS ? sizeOf(sizes) : 0;

/** `[batch 1, token 49, feature 64]` */
export const showShape = (s: Shape): string => `[${s.axes.map((axis, i) => `${axis} ${s.sizes[i]}`).join(', ')}]`;
