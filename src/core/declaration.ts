/**
 * Declaration before allocation: the parameters of a layer and the shape of its output are known before any tensor or random
 * number exists.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { type Axes, type Same, type Shape, showShape, sizeOf } from './axes.js';
import { type ShapeError, shapeError } from './errors.js';
import type { DType, HostTensor } from './host-tensor.js';
import { type Initializer, zeros } from './initializers.js';
import { fold, type Key } from './key.js';
import { entries, leaves, type MapTree, map, mapSame, type Path, showPath } from './tree.js';

/** One declared parameter: its axes, their sizes and its initial distribution. */
export interface ParameterSpec {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** Its number type, which is also that of what the initializer gives. Default: float32. */
  readonly dtype?: DType;
  /** False for state: its layer updates it, no gradient does. Default: true. */
  readonly learned?: boolean;
}

/** The parameters `P`, declared. */
export type Specs<P> = MapTree<P, ParameterSpec>;

/** The parameters `P` in host memory. */
export type Hosts<P> = MapTree<P, HostTensor>;

/** A named part of a layer, what it gives and what it costs; its parameters are those under its name. */
export interface Part {
  readonly name: string;
  readonly output: Shape;
  /** Multiply-accumulates, those of its own parts included. */
  readonly macs: number;
  readonly parts: readonly Part[];
}

/** What the `init` of a layer returns. `P`: its parameters. `O`: the axes of its output. */
export interface Declaration<P, O extends Axes | Same = Axes | Same> {
  readonly params: Specs<P>;
  readonly output: Shape<O extends Axes ? O : Axes>;
  /** Multiply-accumulates of the matrix products in one forward pass over the given input. */
  readonly macs: number;
  /** The paths of the keys that the layer draws from in training. No two may be equal. */
  readonly draws: readonly Path[];
  /** The named parts, in the order in which they are computed; empty for a layer that is not composed. */
  readonly parts: readonly Part[];
}

/**
 * Declares a parameter. The sizes are given by axis name, outermost axis first.
 *
 * @example
 * const weight = parameter({ in: 64, out: 128 }, glorotUniform(64, 128));
 */
export const parameter = (sizes: Readonly<Record<string, number>>, initializer: Initializer): ParameterSpec => ({
  axes: Object.keys(sizes),
  shape: Object.values(sizes),
  initializer,
});

const noParts: readonly Part[] = [];

/**
 * A declaration; default: no matrix products and no draws. `macs` are the multiply-accumulates for the whole input, batch included.
 * `draws` are the paths below the layer of the keys that it draws from: `[[]]` for a layer that draws from `context.key` itself.
 *
 * @example
 * const scaling = (input: Shape) => declare({ scale: parameter({ feature: 64 }, ones) }, input);
 */
export const declare = <S, A extends Axes>(
  params: S,
  output: Shape<A>,
  more: { readonly macs?: number; readonly draws?: readonly Path[] } = {},
) => ({ params, output, macs: more.macs ?? 0, draws: more.draws ?? [], parts: noParts }) as const;

/** The same parameters, all initialized to zero: optimizers declare their state with it. */
export const zerosLike = <S>(specs: S): S => mapSame<ParameterSpec>((spec) => ({ ...spec, initializer: zeros }))(specs);

/** How many numbers a model learns; its state is not counted. */
export const countParameters = (declaration: { readonly params: unknown }): number =>
  leaves<ParameterSpec>(declaration.params).reduce(
    (total, { shape: sizes, learned }) => total + (learned === false ? 0 : sizeOf(sizes)),
    0,
  );

/** The numbers in one tensor at most: 8 GiB of float32. */
const MOST_NUMBERS = 2 ** 31;

/** The declaration if all its parameters can be allocated at all, otherwise a `ShapeError` that names the first that cannot. */
export const checkSizes = <D extends { readonly params: unknown }>(declaration: D): E.Either<ShapeError, D> => {
  const tooLarge = entries<ParameterSpec>(declaration.params).find(([, spec]) => sizeOf(spec.shape) > MOST_NUMBERS);
  if (tooLarge === undefined) return E.right(declaration);
  const [path, { axes, shape: sizes }] = tooLarge;
  const numbers = sizeOf(sizes).toLocaleString('en');
  return E.left(
    shapeError(
      `a parameter of at most ${MOST_NUMBERS.toLocaleString('en')} numbers`,
      `${showShape({ axes, sizes })}, which are ${numbers}`,
      path,
    ),
  );
};

/**
 * Draws the initial values of declared parameters. Each leaf has its own sub-key, derived from its path, so that adding a
 * layer does not change the initial values of the others.
 *
 * @example
 * const params = orThrow(declareVit(quickstartModels.sl)).params;
 * const initial = initialize(key(42))(params);
 */
export const initialize =
  (key: Key) =>
  <S>(specs: S): MapTree<S, HostTensor> =>
    map<ParameterSpec, HostTensor>((spec, path) => spec.initializer.sample(path.reduce<Key>(fold, key), spec.shape))(
      specs,
    );

/** A table to read: path, axes, count and initializer of every parameter, and the totals. */
export const summarize = (declaration: { readonly params: unknown; readonly macs: number }): string => {
  const rows = entries<ParameterSpec>(declaration.params).map(
    ([path, spec]) =>
      [
        showPath(path),
        showShape({ axes: spec.axes, sizes: spec.shape }),
        sizeOf(spec.shape).toLocaleString('en'),
        spec.initializer.name,
      ] as const,
  );
  const width = (column: 0 | 1 | 2): number => Math.max(0, ...rows.map((row) => row[column].length));
  const [paths, axes, counts] = [width(0), width(1), width(2)];
  return [
    ...rows.map(
      ([path, shape, count, initializer]) =>
        `${path.padEnd(paths)}  ${shape.padEnd(axes)}  ${count.padStart(counts)}  ${initializer}`,
    ),
    `${countParameters(declaration).toLocaleString('en')} parameters, ${(declaration.macs / 1e6).toFixed(2)} M multiply-accumulates`,
  ].join('\n');
};
