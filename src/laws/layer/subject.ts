/**
 * What a law of layers is about: a layer, an input for it and, for each case, numbers.
 *
 * @module
 */
import fc from 'fast-check';
import type { Shape } from '../../core/axes.js';
import { showShape } from '../../core/axes.js';
import { type Declaration, initialize, type ParameterSpec } from '../../core/declaration.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { fold, type Key, key } from '../../core/key.js';
import type { AnyLayer } from '../../core/layer.js';
import { entries, map, showPath } from '../../core/tree.js';
import { noise } from '../internal/tensors.js';
import type { Problem } from '../law.js';

/**
 * A layer and the shape of an input that it takes.
 *
 * @example
 * const subject: LayerSubject = { layer: linear(4), input: shape(['batch', 'feature'], [2, 6]) };
 */
export interface LayerSubject {
  readonly layer: AnyLayer;
  /** Its first axis is the batch. Small sizes do: laws are about every number. */
  readonly input: Shape;
  /** The numbers of an input of these sizes. Default: standard normal. */
  readonly values?: (key: Key, sizes: readonly number[]) => HostTensor;
}

/** A layer with a seed for its parameters, its input and its draws. */
export interface LayerCase extends LayerSubject {
  readonly seed: number;
}

/** Cases of one layer, or of random ones. They print as the input and the seed, or as the subject prints. */
export const casesOf = (given: LayerSubject | fc.Arbitrary<LayerSubject>): fc.Arbitrary<LayerCase> =>
  fc.tuple('layer' in given ? fc.constant(given) : given, fc.nat(9999)).map(([subject, seed]) => ({
    ...subject,
    seed,
    [fc.toStringMethod]: () =>
      `${fc.hasToStringMethod(subject) ? fc.stringify(subject) : `input ${showShape(subject.input)}`}, seed ${seed}`,
  }));

/** A declared layer with numbers for everything. */
export interface Sample {
  readonly layer: AnyLayer;
  readonly declaration: Declaration<unknown>;
  /** The parameters in host memory. */
  readonly params: unknown;
  readonly x: HostTensor;
  /** The loss of gradients is the sum of the output times these. */
  readonly weights: HostTensor;
  /** For the context of training. */
  readonly drawKey: Key;
}

/** The paths of state: of the parameters that no gradient changes. */
export const statePaths = (specs: unknown): readonly string[] =>
  entries<ParameterSpec>(specs).flatMap(([path, { learned }]) => (learned === false ? [showPath(path)] : []));

/** The initial parameters with a little noise, so that zeros and ones hide nothing. State only grows: it may be a variance. */
const nudged = (seed: Key, { params }: Declaration<unknown>): unknown => {
  const state = new Set(statePaths(params));
  return map<HostTensor, HostTensor>((leaf, path) => {
    if (leaf.dtype !== 'float32') return leaf;
    const drawn = noise(path.reduce(fold, seed), leaf.shape).data;
    const moved = state.has(showPath(path)) ? drawn.map(Math.abs) : drawn;
    return { ...leaf, data: leaf.data.map((value, i) => value + 0.1 * (moved[i] ?? 0)) };
  })(initialize(fold(seed, 'params'))(params));
};

/** Applies `f` to a layer with numbers for everything. A layer that refuses its input is a problem. */
export const withSample = <R extends Problem | Promise<Problem>>(
  { layer, input, values = noise, seed }: LayerCase,
  f: (sample: Sample) => R,
): R | Problem => {
  const root = key(seed);
  const declared = layer.init(input);
  if (declared._tag === 'Left') return `init refuses the input: ${declared.left.message}`;
  const declaration: Declaration<unknown> = declared.right;
  return f({
    layer,
    declaration,
    params: nudged(root, declaration),
    x: values(fold(root, 'input'), input.sizes),
    weights: noise(fold(root, 'weights'), declaration.output.sizes),
    drawKey: fold(root, 'draws'),
  });
};
