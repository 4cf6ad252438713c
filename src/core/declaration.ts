/**
 * Declaration before allocation: what a layer owns and makes is known before any tensor or random number exists.
 *
 * @module
 */
import { type Shape, showShape, sizeOf } from './axes.js';
import type { HostTensor } from './host-tensor.js';
import { type Initializer, zeros } from './initializers.js';
import { fold, type Key } from './key.js';
import { entries, leaves, type MapTree, map, type Path, showPath } from './tree.js';

/** One parameter, declared: its axes and sizes and how it starts. */
export interface ParameterSpec {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly initializer: Initializer;
}

/** The parameters `P`, declared. */
export type Specs<P> = MapTree<P, ParameterSpec>;

/** The parameters `P` in host memory. */
export type Hosts<P> = MapTree<P, HostTensor>;

/** What `init` answers. */
export interface Declaration<P> {
  readonly params: Specs<P>;
  readonly output: Shape;
  /** Multiply-accumulates of the matrix products of one forward pass over the given input. */
  readonly macs: number;
  /** The ways to the keys that the layer draws from in training. No two may be the same. */
  readonly draws: readonly Path[];
}

/** `parameter({ in: 64, out: 128 }, glorotUniform(64, 128))`: sizes by axis name, in order. */
export const parameter = (sizes: Readonly<Record<string, number>>, initializer: Initializer): ParameterSpec => ({
  axes: Object.keys(sizes),
  shape: Object.values(sizes),
  initializer,
});

/** A declaration, by default of a layer without products or draws: `declare({ scale: parameter({ feature: 64 }, ones) }, input)`. */
export const declare = <S>(
  params: S,
  output: Shape,
  more: { readonly macs?: number; readonly draws?: readonly Path[] } = {},
) => ({ params, output, macs: more.macs ?? 0, draws: more.draws ?? [] }) as const;

/** The same parameters, all starting at zero: how optimizers declare their state. */
export const zerosLike = <S>(specs: S): S =>
  map<ParameterSpec, ParameterSpec>((spec) => ({ ...spec, initializer: zeros }))(specs) as S;

/** How many numbers a model learns. */
export const countParameters = (declaration: { readonly params: unknown }): number =>
  leaves<ParameterSpec>(declaration.params).reduce((total, spec) => total + sizeOf(spec.shape), 0);

/**
 * Draws what is declared: `sample(key(42))(declaration.params)`. Each leaf has a sub-key of its own, made from its path:
 * adding a layer changes no other layer's start.
 */
export const initialize =
  (key: Key) =>
  <S>(specs: S): MapTree<S, HostTensor> =>
    map<ParameterSpec, HostTensor>((spec, path) => spec.initializer.sample(path.reduce<Key>(fold, key), spec.shape))(
      specs,
    );

/** A table for people: path, axes, count and initializer of every parameter, and the totals. */
export const summarize = <P>(declaration: Declaration<P>): string => {
  const rows = entries<ParameterSpec>(declaration.params).map(([path, spec]) => [
    showPath(path),
    showShape({ axes: spec.axes, sizes: spec.shape }),
    sizeOf(spec.shape).toLocaleString('en'),
    spec.initializer.name,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return [
    ...rows.map(
      ([path, axes, count, initializer]) =>
        `${path!.padEnd(widths[0]!)}  ${axes!.padEnd(widths[1]!)}  ${count!.padStart(widths[2]!)}  ${initializer}`,
    ),
    `${countParameters(declaration).toLocaleString('en')} parameters, ${(declaration.macs / 1e6).toFixed(2)} M multiply-accumulates`,
  ].join('\n');
};
