import type { DType } from '../../../core/host-tensor.js';
import { refusal } from '../../internal/refusal.js';

/** A type of tfjs as a type of the graph; refuses the types that the graph lacks. */
export const supportedDType = (dtype: string): DType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw refusal('unknown-kernel', `the compiler supports float32, int32 and bool tensors, not ${dtype}`);
};
