import { binaryKernels } from './binary.js';
import { creationKernels } from './creation.js';
import type { Kernels } from './kernel.js';
import { matMulKernels } from './mat-mul.js';
import { movementKernels } from './movement.js';
import { reduceKernels } from './reduce.js';
import { unaryKernels } from './unary.js';

/** Every tfjs kernel that the compiler knows. */
export const kernels: Kernels = {
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  ...movementKernels,
  ...creationKernels,
  ...matMulKernels,
};
