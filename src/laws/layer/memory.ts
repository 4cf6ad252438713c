/** A layer leaves no tensor behind, whether it returns or throws. */
import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { evaluation, training } from '../../core/context.js';
import { valueAndGrad } from '../../core/value-and-grad.js';
import { leftBehind } from '../internal/memory.js';
import { onCpu, tensorOf, tensorsOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

const memoryProblem = (seed: number, { layer, params, x, weights, drawKey }: Sample): Problem => {
  const all = { params: tensorsOf(params), x: tensorOf(x) };
  const times = tensorOf(weights);
  const loss = (given: typeof all): Tensor => sum(mul(layer.apply(given.params, given.x, training(drawKey)), times));
  return (
    leftBehind('apply', seed, () => layer.apply(all.params, all.x, evaluation)) ??
    leftBehind('a gradient', seed, () => valueAndGrad((given: typeof all) => ({ loss: loss(given), aux: {} }))(all))
  );
};

/** After `apply` and its gradient as many tensors exist as before, also if one of its operations throws. */
export const noTensorIsLeft = (cases: fc.Arbitrary<LayerCase>): Law =>
  makeLaw({
    name: 'no tensor is left, also after a throw',
    cases,
    problemOf: (given) => withSample(given, (sample) => onCpu(() => memoryProblem(given.seed, sample))),
    lookAt: 'keep and variable in apply: tfjs frees every other tensor',
    runs: 3,
  });
