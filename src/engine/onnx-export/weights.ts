import type { HostTensor } from '../../core/host-tensor.js';
import type { OnnxConstant } from '../onnxruntime/protobuf.js';
import { asHalves } from './half.js';

/** The type in which weights are stored; computations are in float32 in any case. */
export type WeightType = 'float32' | 'float16';

/** The weights of a model under their names. */
export interface StoredWeights {
  readonly constants: readonly OnnxConstant[];
  /** The names of those that are stored in float16. */
  readonly halves: readonly string[];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: HostTensor['data'] | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

// A conversion to float32 takes about as many bytes in the file as half of this many numbers.
const FEWEST_HALVES = 128;

/** Stores weights. In float16, arrays of few numbers stay in float32, and those with a number that float16 cannot hold. */
export const storeWeights = (
  weights: readonly (readonly [name: string, tensor: HostTensor])[],
  type: WeightType,
): StoredWeights => {
  const constants = weights.map(([name, { dtype, shape, data }]): OnnxConstant => {
    const halves =
      type === 'float16' && data instanceof Float32Array && data.length >= FEWEST_HALVES ? asHalves(data) : undefined;
    return halves === undefined
      ? { name, type: dtype, shape, bytes: bytesOf(data) }
      : { name, type: 'float16', shape, bytes: bytesOf(halves) };
  });
  return { constants, halves: constants.filter((each) => each.type === 'float16').map(({ name }) => name) };
};
