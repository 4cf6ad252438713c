/** A layer leaves no tensor behind, whether it returns or throws. */
import { engine, memory, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import { evaluation, training } from '../../core/context.js';
import { withOverrides } from '../../core/tfjs/with-overrides.js';
import { valueAndGrad } from '../../core/value-and-grad.js';
import { onCpu, tensorOf, tensorsOf } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

/** How many kernels `body` runs. With `last`, it throws instead of running another after so many; nothing else may throw. */
const kernelsIn = (body: () => void, last = Number.POSITIVE_INFINITY): number => {
  const tfjs = engine();
  const runKernel = tfjs.runKernel.bind(tfjs);
  const stopped = new Error('stopped by the law');
  let count = 0;
  const counting: typeof runKernel = (name, inputs, attributes) => {
    if (count >= last) throw stopped;
    count++;
    return runKernel(name, inputs, attributes);
  };
  try {
    withOverrides(tfjs, { runKernel: counting }, body);
  } catch (thrown) {
    if (thrown !== stopped) throw thrown;
  }
  return count;
};

const memoryProblem = (seed: number, { layer, params, x, weights, drawKey }: Sample): Problem => {
  const all = { params: tensorsOf(params), x: tensorOf(x) };
  const times = tensorOf(weights);
  const loss = (given: typeof all): Tensor => sum(mul(layer.apply(given.params, given.x, training(drawKey)), times));
  const runs: readonly (readonly [string, () => unknown])[] = [
    ['apply', () => layer.apply(all.params, all.x, evaluation)],
    ['a gradient', () => valueAndGrad((given: typeof all) => ({ loss: loss(given), aux: {} }))(all)],
  ];
  for (const [what, run] of runs) {
    const body = (): void => {
      // Tidy keeps what its function returns.
      tidy(() => void run());
    };
    const before = memory().numTensors;
    const kernels = kernelsIn(body);
    const left = memory().numTensors - before;
    if (left !== 0) return `${what} leaves ${left} tensors`;
    if (kernels === 0) continue;
    const last = seed % kernels;
    kernelsIn(body, last);
    const leftThen = memory().numTensors - before;
    if (leftThen !== 0) return `${what} leaves ${leftThen} tensors when it throws after ${last} of ${kernels} kernels`;
  }
  return undefined;
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
