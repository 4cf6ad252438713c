import { findBackend } from '@tensorflow/tfjs-core';

/**
 * Stops the plain JavaScript backend from advising users to install tfjs-node when it stores its first tensor. There is no
 * option for that; `firstUse` is private in its types only. If it is renamed, the advice is printed again and nothing
 * breaks.
 */
export const quietCpuBackend = (): void => {
  const backend: unknown = findBackend('cpu');
  if (typeof backend === 'object' && backend !== null && 'firstUse' in backend) backend.firstUse = false;
};
