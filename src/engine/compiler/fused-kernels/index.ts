/**
 * Fused elementwise kernels: a WebAssembly module computes any number of outputs in one pass over memory.
 *
 * @module
 */
export { compileFusedKernel } from './compile-fused-kernel.js';
export type { ElementwiseGraph, FusedKernel } from './fused-kernel.js';
export { loadFusedKernel, type RunFusedKernel } from './load-fused-kernel.js';
export { isElementwise } from './vector-operations.js';
