import { engine, memory, tidy } from '@tensorflow/tfjs-core';
import { withOverrides } from '../../core/tfjs/with-overrides.js';
import type { Problem } from '../law.js';

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

/** The tensors that `run`, called `what`, leaves behind when it returns, or when it throws after some of its kernels. */
export const leftBehind = (what: string, seed: number, run: () => unknown): Problem => {
  const body = (): void => {
    // Tidy keeps what its function returns.
    tidy(() => void run());
  };
  const before = memory().numTensors;
  const kernels = kernelsIn(body);
  const left = memory().numTensors - before;
  if (left !== 0) return `${what} leaves ${left} tensors`;
  if (kernels === 0) return undefined;
  const last = seed % kernels;
  kernelsIn(body, last);
  const leftThen = memory().numTensors - before;
  return leftThen === 0
    ? undefined
    : `${what} leaves ${leftThen} tensors when it throws after ${last} of ${kernels} kernels`;
};
