import { binaryCases } from './binary.js';
import type { KernelCases } from './case.js';
import { compositeCases } from './composites.js';
import { convolutionCases } from './convolution.js';
import { creationCases } from './creation.js';
import { matMulCases } from './mat-mul.js';
import { movementCases } from './movement.js';
import { poolingCases } from './pooling.js';
import { reduceCases } from './reduce.js';
import { unaryCases } from './unary.js';

export type { Argument, KernelCase } from './case.js';

/**
 * For each tfjs kernel that the compiler supports, operations that use it. `gradient: false` if tfjs has no gradient, or if
 * the values alone matter.
 */
export const kernelCases: KernelCases = {
  ...unaryCases,
  ...binaryCases,
  ...reduceCases,
  ...movementCases,
  ...creationCases,
  ...matMulCases,
  ...convolutionCases,
  ...poolingCases,
  ...compositeCases,
};
