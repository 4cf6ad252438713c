import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { DType, HostTensor } from '../../core/host-tensor.js';
import { tidyOn } from './tidy-on.js';

/** A tensor on a tfjs backend. The data is copied: some backends use the array of the caller in place. */
export const tensorOn = (backend: string, { data, shape, dtype }: HostTensor): Tensor =>
  tidyOn(backend, () => ({ tensors: [tensor(data.slice(), [...shape], dtype)] as const })).tensors[0];

/** The type of a tensor of an engine. Its functions make no others: strings and complex numbers have no kernels here. */
export const dtypeOf = (made: Tensor): DType => made.dtype as DType;

/** A copy of a tensor in host memory. */
export const hostCopy = async (made: Tensor): Promise<HostTensor> => ({
  dtype: dtypeOf(made),
  shape: made.shape,
  // A typed array of the type that tfjs keeps for this dtype.
  data: (await made.data<DType>()).slice(),
});
