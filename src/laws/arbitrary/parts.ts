/**
 * Random parts of networks: layers and combinators that preserve the width of their input.
 *
 * @module
 */
import fc from 'fast-check';
import type { Axes, Same } from '../../core/axes.js';
import { add, concatenate, fanOut, residual } from '../../core/fan-out.js';
import { identity } from '../../core/identity.js';
import { chain } from '../../core/internal/chain.js';
import type { AnyLayer, Layer } from '../../core/layer.js';
import { named } from '../../core/named.js';
import { repeat } from '../../core/sequence.js';
import { serial } from '../../core/serial.js';
import {
  averagePool,
  batchNorm,
  conv,
  depthwiseConv,
  dropout,
  dropPath,
  gelu,
  layerNorm,
  layerScale,
  linear,
  localityAttention,
  maxPool,
  mlp,
  patchTokens,
  positionEmbedding,
  rollTokens,
  selfAttention,
  shiftedPatchTokens,
} from '../../layers/index.js';

/** A layer as combinators take it when its parameters and axes are known at run time only. */
export type Composable = Layer<Readonly<Record<string, unknown>>, Axes, Same>;

/** A layer for inputs of a known width, and its printed form. */
export interface Part {
  readonly text: string;
  readonly at: (width: number) => Composable;
}

/**
 * A layer as a part of random networks: `at` gives it for the width of its input, which it preserves.
 *
 * @example
 * const widened = arbitrary.part('widened', (width) => mlp([2 * width, width]));
 */
export const part = (text: string, at: (width: number) => AnyLayer): Part => ({ text, at });

/** Parts in sequence, named a, b, c, … */
export const chained = (parts: readonly Part[]): Part =>
  part(`serial(${parts.map(({ text }) => text).join(', ')})`, (width) =>
    chain(parts.map(({ at }, i) => named(String.fromCharCode(97 + i), at(width)))),
  );

const rate = fc.constantFrom(0.2, 0.5);
const heads = fc.record({ heads: fc.integer({ min: 1, max: 2 }), headDim: fc.integer({ min: 2, max: 3 }) });
const options = <T>(given: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, string]> =>
  given.map((value) => [value, JSON.stringify(value).replaceAll('"', '')] as const);

/** For tokens and vectors. */
export const onFeatures: fc.Arbitrary<Part> = fc.oneof(
  fc.constant(part('identity', () => identity)),
  fc.constant(part('gelu', () => gelu)),
  fc.constant(part('dense', (width) => linear(width))),
  fc.constant(part('linear', (width) => linear(width, { bias: false }))),
  fc.constant(part('layerNorm', () => layerNorm({ epsilon: 1e-2 }))),
  fc.constant(part('layerScale(0.5)', () => layerScale(0.5))),
  rate.map((p) => part(`dropout(${p})`, () => dropout(p))),
  rate.map((p) => part(`dropPath(${p})`, () => dropPath(p))),
  options(fc.record({ dropRate: fc.constantFrom(0, 0.3), activateLast: fc.boolean() })).map(([given, text]) =>
    part(`mlp(${text})`, (width) => mlp([width + 2, width], given)),
  ),
);

/** For tokens only. */
export const onTokens: fc.Arbitrary<Part> = fc.oneof(
  options(fc.tuple(heads, fc.record({ bias: fc.boolean(), dropRate: fc.constantFrom(0, 0.3) })).map(both)).map(
    ([given, text]) => part(`selfAttention(${text})`, () => selfAttention(given)),
  ),
  options(
    fc
      .tuple(
        heads,
        fc.record({
          temperature: fc.constantFrom('temperature-per-layer', 'temperature-per-head', 'scale-per-head', 'fixed'),
          maskDiagonal: fc.boolean(),
          dropRate: fc.constantFrom(0, 0.3),
        }),
      )
      .map(both),
  ).map(([given, text]) => part(`localityAttention(${text})`, () => localityAttention(given))),
  // A variance needs two numbers or more for each channel, which a vector of a batch of one lacks.
  fc.constant(part('batchNorm', () => batchNorm({ epsilon: 1e-2 }))),
  fc.constant(part('positionEmbedding', () => positionEmbedding())),
  fc.integer({ min: -3, max: 3 }).map((by) => part(`rollTokens(${by})`, () => rollTokens(by))),
);

function both<A, B>([a, b]: readonly [A, B]): A & B {
  return { ...a, ...b };
}

/** Nested parts: `simple` ones, and combinators of them up to the given depth. */
export const nestedParts = (simple: fc.Arbitrary<Part>, depth: number): fc.Arbitrary<Part> => {
  if (depth === 0) return simple;
  const inner = nestedParts(simple, depth - 1);
  const some = fc.array(inner, { minLength: 1, maxLength: 3 }).map(chained);
  return fc.oneof(
    { weight: 3, arbitrary: simple },
    {
      weight: 2,
      arbitrary: some.map(({ text, at }) => part(`residual(${text})`, (width) => residual(at(width)))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 2 }), some)
        .map(([n, { text, at }]) => part(`repeat(${n}, ${text})`, (width) => repeat(n, at(width)))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, inner)
        .map(([a, b]) =>
          part(`fanOut(add, ${a.text}, ${b.text})`, (width) =>
            fanOut(add, named('left', a.at(width)), named('right', b.at(width))),
          ),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, inner)
        .map(([a, b]) =>
          part(`serial(fanOut(concatenate, ${a.text}, ${b.text}), dense)`, (width) =>
            serial(
              fanOut(concatenate, named('left', a.at(width)), named('right', b.at(width))),
              named('narrow', linear(width)),
            ),
          ),
        ),
    },
  );
};

const window = options(fc.record({ size: fc.integer({ min: 1, max: 3 }), bias: fc.boolean() }));

/** For images, whose rows and columns they preserve, too. */
export const onImages: fc.Arbitrary<Part> = fc.oneof(
  window.map(([given, text]) => part(`conv(${text})`, (width) => conv(width, given))),
  window.map(([given, text]) => part(`depthwiseConv(${text})`, () => depthwiseConv(given))),
  fc.constant(part('maxPool(3)', () => maxPool({ size: 3, stride: 1, padding: 1 }))),
  fc.constant(part('averagePool(3)', () => averagePool({ size: 3, stride: 1, padding: 1 }))),
  fc.constant(part('gelu', () => gelu)),
);

/** From images to tokens. */
export const tokenizers = (patch: number, dim: number): fc.Arbitrary<Part> =>
  fc.oneof(
    fc.constant(part(`patchTokens({patch:${patch},dim:${dim}})`, () => patchTokens({ patch, dim }))),
    options(
      fc.record({
        patch: fc.constant(patch),
        dim: fc.constant(dim),
        directions: fc.constantFrom('diagonal', 'cardinal', 'all'),
        order: fc.constantFrom('keras', 'official'),
      }),
    ).map(([given, text]) => part(`shiftedPatchTokens(${text})`, () => shiftedPatchTokens(given))),
  );
