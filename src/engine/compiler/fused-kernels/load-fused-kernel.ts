import { instantiate } from '../../../core/wasm/instantiate.js';
import { CHUNK, chunkOffset, type FusedKernel } from './fused-kernel.js';

/**
 * Computes the elements [from, to) of the outputs, all of them unless told otherwise. An output may be one of the arrays: each
 * element is read before it is written.
 */
export type RunFusedKernel = (
  arrays: readonly Float32Array[],
  scalars: readonly number[],
  outputs: readonly Float32Array[],
  from?: number,
  to?: number,
) => void;

/** Opens a kernel on this thread. Throws where WebAssembly has no SIMD. */
export const loadFusedKernel = (kernel: FusedKernel): RunFusedKernel => {
  const instance = instantiate(kernel.bytes);
  if (instance === undefined) throw new Error('WebAssembly with SIMD is missing here: kernels cannot run without it');
  const compute = instance.functions.compute!;
  const chunk = (slot: number): Float32Array => new Float32Array(instance.memory, chunkOffset(slot), CHUNK);
  const inputs = Array.from({ length: kernel.arrays }, (_, i) => chunk(i));
  const results = Array.from({ length: kernel.outputs }, (_, i) => chunk(kernel.arrays + i));
  return (arrays, scalars, outputs, from = 0, to = outputs[0]!.length) => {
    for (let at = from; at < to; at += CHUNK) {
      const count = Math.min(CHUNK, to - at);
      inputs.forEach((input, i) => {
        input.set(arrays[i]!.subarray(at, at + count));
      });
      compute(4 * count, ...scalars);
      outputs.forEach((output, i) => {
        output.set(results[i]!.subarray(0, count), at);
      });
    }
  };
};
