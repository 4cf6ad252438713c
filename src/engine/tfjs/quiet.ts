import { findBackend } from '@tensorflow/tfjs-core';

/**
 * Keeps the plain JavaScript backend from greeting people with advice to install tfjs-node when it stores its first tensor.
 * It offers no switch; `firstUse` is private in types only. Where it is called otherwise one day, the greeting is back and
 * nothing breaks.
 */
export const quietCpuBackend = (): void => {
  const backend: unknown = findBackend('cpu');
  if (typeof backend === 'object' && backend !== null && 'firstUse' in backend) backend.firstUse = false;
};
