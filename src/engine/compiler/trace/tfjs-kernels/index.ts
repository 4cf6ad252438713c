import { binaryKernels } from './binary.js';
import { convolutionKernels } from './convolution.js';
import { creationKernels } from './creation.js';
import { matMulKernels } from './mat-mul.js';
import { movementKernels } from './movement.js';
import { normalizationKernels } from './normalization.js';
import { poolingKernels } from './pooling.js';
import { reduceKernels } from './reduce.js';
import type { TfjsKernels } from './tfjs-kernel.js';
import { unaryKernels } from './unary.js';

/** All tfjs kernels that the compiler supports. */
export const tfjsKernels: TfjsKernels = {
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  ...movementKernels,
  ...creationKernels,
  ...matMulKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
};
