import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { expect } from 'vitest';
import type { Shape } from '../../src/core/axes.js';
import { type Declaration, initialize } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/draws.js';
import type { Failure } from '../../src/core/errors.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { fold, key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map } from '../../src/core/tree.js';

/** Checks a law on random values, the same on every run. A failure shows the smallest counterexample. */
export const forAll = <T extends readonly unknown[]>(
  arbitraries: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
  law: (...values: T) => void,
  numRuns = 100,
): void =>
  fc.assert(
    fc.property(fc.tuple(...(arbitraries as unknown as fc.Arbitrary<unknown>[])), (values) => {
      law(...(values as unknown as T));
    }),
    { numRuns, seed: 20211227 },
  );

/** The error of an Either. The test fails if there is none. */
export const left = <F extends Failure>(result: E.Either<F, unknown>): F => {
  if (E.isRight(result)) throw new Error('expected an error, got a result');
  return result.left;
};

/** Standard normal numbers, the same for the same seed. */
export const noise = (seed: number, shape: readonly number[]): HostTensor =>
  drawOnHost(key(seed), { kind: 'normal' }, shape);

export const tensorOf = ({ data, shape, dtype }: HostTensor): tf.Tensor => tf.tensor(data, [...shape], dtype);

export const bits = (tensor: tf.Tensor): readonly number[] => Array.from(tensor.dataSync());

/** A combinator such as `serial` for layers whose types are unknown. */
export const untyped = (combinator: unknown): ((...layers: readonly unknown[]) => AnyLayer) =>
  combinator as (...layers: readonly unknown[]) => AnyLayer;

/** Declares a layer and draws its parameters. Noise is added, so that initial zeros and ones hide nothing. */
export const build = (layer: AnyLayer, input: Shape, seed = 1) => {
  const declaration: Declaration<unknown> = orThrow(layer.init(input));
  const hosts = map<HostTensor, HostTensor>((leaf, path) => {
    const moved = drawOnHost(path.reduce(fold, key(seed + 1000)), { kind: 'normal' }, leaf.shape).data;
    return { ...leaf, data: Float32Array.from(leaf.data, (value, i) => value + 0.3 * moved[i]!) };
  })(initialize(key(seed))(declaration.params));
  return { declaration, hosts, params: map<HostTensor, tf.Tensor>(tensorOf)(hosts) as never };
};

/** A declaration as data: initializers, which are functions, are replaced by their names. */
export const asData = (declaration: Declaration<unknown>) => ({
  ...declaration,
  params: map<{ readonly shape: readonly number[]; readonly initializer: { readonly name: string } }, unknown>(
    (spec) => ({ ...spec, initializer: spec.initializer.name }),
  )(declaration.params),
});

/** The leaves of a tree by path. */
export const byPath = (tree: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entries(tree).map(([path, leaf]) => [path.join('/'), leaf]));

/** Expects numbers within a tolerance, relative to each or to a tenth of the largest. */
export const expectClose = (actual: ArrayLike<number>, reference: ArrayLike<number>, tolerance = 1e-5): void => {
  expect(actual.length).toBe(reference.length);
  const largest = Array.from(reference).reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  Array.from(reference).forEach((value, i) => {
    const error = Math.abs(actual[i]! - value);
    if (!(error <= tolerance * Math.max(Math.abs(value), 0.1 * largest)))
      expect.fail(`[${i}]: expected ${value}, got ${actual[i]}`);
  });
};
