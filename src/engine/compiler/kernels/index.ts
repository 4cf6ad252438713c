/**
 * Kernels of our own for what is element by element: a WebAssembly module computes any number of outputs in one pass over
 * memory.
 *
 * @module
 */
export { compileKernel } from './compile-kernel.js';
export type { Elementwise, Kernel } from './kernel.js';
export { openKernel, type RunKernel } from './open-kernel.js';
export { isElementwise } from './operations.js';
