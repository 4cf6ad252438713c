import { START } from '../../../core/wasm/module.js';
import type { Node } from '../graph/node.js';

/** What a kernel computes: float32 nodes with one number of elements, from arrays with as many and from single numbers. */
export interface ElementwiseGraph {
  readonly outputs: readonly Node[];
  readonly arrays: readonly Node[];
  readonly scalars: readonly Node[];
}

/** ElementwiseGraph operations as one pass over memory; plain data, which another thread can open. */
export interface FusedKernel {
  /** A WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What is computed, whatever the arrays are called and however long they are: kernels with one signature are one. */
  readonly signature: string;
  /** How many arrays, scalars and outputs there are. */
  readonly arrays: number;
  readonly scalars: number;
  readonly outputs: number;
}

/**
 * Elements of each array that are worked on at a time. AdamW's seven arrays then take 112 kB, which the second-level cache of any
 * machine holds.
 */
export const CHUNK = 4096;

/** Where the chunk of an array begins in the memory of a kernel, in bytes; those of the outputs follow those of the inputs. */
export const chunkOffset = (slot: number): number => START + slot * 4 * CHUNK;
