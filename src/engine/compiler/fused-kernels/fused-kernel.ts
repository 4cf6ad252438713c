import { DATA_START } from '../../../core/wasm/module.js';
import type { Node } from '../graph/node.js';

/** An elementwise computation: float32 outputs of one size, from arrays of that size and from scalars. */
export interface ElementwiseGraph {
  readonly outputs: readonly Node[];
  readonly arrays: readonly Node[];
  readonly scalars: readonly Node[];
}

/** Elementwise operations fused into one pass over memory. Plain data, which another thread can load. */
export interface FusedKernel {
  /** A WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Describes the computation without the identity and length of its arrays. Equal signatures mean equal kernels. */
  readonly signature: string;
  /** The numbers of arrays, scalars and outputs. */
  readonly arrays: number;
  readonly scalars: number;
  readonly outputs: number;
}

/**
 * How many elements of each array are processed at a time. AdamW's seven arrays then take 112 kB, which fits in any
 * second-level cache.
 */
export const CHUNK = 4096;

/** The offset in bytes of an array's chunk in the memory of a kernel. Outputs follow inputs. */
export const chunkOffset = (slot: number): number => DATA_START + slot * 4 * CHUNK;
