/** The gradients of a layer compared with finite differences, both in double precision. */
import { mul, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { training } from '../../core/context.js';
import { entries, leaves, showPath, unflattenSame } from '../../core/tree.js';
import { inDoublePrecision } from '../internal/double-precision.js';
import { largest, noise, numbersOf, onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type Arguments, differentiated, doubles, finiteProblem } from './in-training.js';
import { type LayerCase, type Sample, statePaths, withSample } from './subject.js';

/** The error of a central difference in double precision is the square of this step, and rounding is below a millionth of it. */
const STEP = 1e-5;
/** How many elements are tried, one after the other, to name one of a gradient that is wrong. */
const MOST = 64;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);

type Direction = readonly number[];

const unit = (size: number, at: number): Direction => Array.from({ length: size }, (_, i) => (i === at ? 1 : 0));

const randomDirection = (seed: number, size: number): Direction => {
  const numbers = Array.from(noise(seed, [size]).data);
  const length = Math.sqrt(dot(numbers, numbers));
  return numbers.map((value) => value / length);
};

const gradientProblem = ({ seed }: LayerCase, sample: Sample): Problem => {
  const { layer, declaration } = sample;
  const { given, weights, key } = doubles(sample);
  const tensors = leaves<Tensor>(given);
  const state = new Set(statePaths({ params: declaration.params }));
  const { output, gradients } = differentiated(layer, given, weights, key);
  const notFinite = finiteProblem(output);
  if (notFinite !== undefined) return notFinite;
  const slopes = leaves<Tensor>(gradients).map(numbersOf);
  const rounding = 1e-8 * (1 + largest(numbersOf(mul(output, weights))) * weights.size);

  /** The loss with one argument moved. */
  const lossAt = (leaf: number, direction: Direction, step: number): number => {
    const moved = tensors.map((each, i) =>
      i === leaf
        ? tensor(
            numbersOf(each).map((value, j) => value + step * (direction[j] ?? 0)),
            each.shape,
          )
        : each,
    );
    const { params, x }: Arguments = unflattenSame(given)(moved);
    const [loss = Number.NaN] = numbersOf(sum(mul(layer.apply(params, x, training(key)), weights)));
    return loss;
  };

  /** What finite differences give along a direction, if the gradient differs from it. */
  const difference = (leaf: number, direction: Direction): { got: number; expected: number } | undefined => {
    const slope = slopes[leaf] ?? [];
    const got = dot(slope, direction);
    const allowed = 1e-5 * dot(slope.map(Math.abs), direction.map(Math.abs)) + rounding;
    const [before, after] = [lossAt(leaf, direction, -STEP), lossAt(leaf, direction, STEP)];
    const expected = (after - before) / (2 * STEP);
    if (Math.abs(got - expected) <= allowed) return undefined;
    // At a kink, such as that of max(x, 0), any slope between those of both sides is right.
    const middle = lossAt(leaf, direction, 0);
    const [left, right] = [(middle - before) / STEP, (after - middle) / STEP];
    const isBetween = got >= Math.min(left, right) - allowed && got <= Math.max(left, right) + allowed;
    return isBetween ? undefined : { got, expected };
  };

  for (const [leaf, [path, { dtype, size }]] of entries<Tensor>(given).entries()) {
    // A training step takes no gradient of state.
    if (dtype !== 'float32' || state.has(showPath(path))) continue;
    const along = difference(leaf, randomDirection(seed + leaf, size));
    if (along === undefined) continue;
    const elements = Array.from({ length: Math.min(size, MOST) }, (_, i) => i);
    const at = elements.find((element) => difference(leaf, unit(size, element)) !== undefined);
    const { got, expected } = (at === undefined ? undefined : difference(leaf, unit(size, at))) ?? along;
    const where = at === undefined ? `${showPath(path)}, in a random direction` : `${showPath(path)}[${at}]`;
    return `${where}: the gradient is ${got}, but finite differences give ${expected}`;
  }
  return undefined;
};

/** In training, with the draws of one key, the gradients for every learned parameter and for the input are those of finite differences. */
export const gradientsAreRight = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'gradients are those of finite differences',
    cases,
    problemOf: (given) =>
      withSample(given, (sample) => onCpu(() => inDoublePrecision(() => gradientProblem(given, sample)))),
    lookAt: 'customGradient in apply; operations of tfjs whose gradient is missing or wrong',
    runs: 3,
  });
