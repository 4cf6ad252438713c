import { instantiate } from '../../../core/wasm/instantiate.js';
import { CHUNK, chunkOffset, type FusedKernel } from './fused-kernel.js';

/**
 * Computes the elements [from, to) of the outputs (default: all). An output may be one of the arrays, since each element is
 * read before it is written.
 */
export type RunFusedKernel = (
  arrays: readonly Float32Array[],
  scalars: readonly number[],
  outputs: readonly Float32Array[],
  from?: number,
  to?: number,
) => void;

/** Instantiates a kernel on this thread. Throws if WebAssembly lacks SIMD. */
export const loadFusedKernel = (kernel: FusedKernel): RunFusedKernel => {
  const exports = instantiate<'compute'>(kernel.bytes);
  if (exports === undefined) throw new Error('fused kernels need WebAssembly with SIMD, which this platform lacks');
  const { memory, compute } = exports;
  const chunkAt = (slot: number): Float32Array => new Float32Array(memory.buffer, chunkOffset(slot), CHUNK);
  const inputs = Array.from({ length: kernel.arrays }, (_, i) => chunkAt(i));
  const results = Array.from({ length: kernel.outputs }, (_, i) => chunkAt(kernel.arrays + i));
  return (arrays, scalars, outputs, from = 0, to = outputs[0]?.length ?? 0) => {
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
