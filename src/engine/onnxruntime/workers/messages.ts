/**
 * What the engine and its worker threads say to each other. One question at a time to each thread, one answer to each.
 *
 * @module
 */
import type { Distribution } from '../../../core/distribution.js';
import type { DType, HostTensor } from '../../../core/host-tensor.js';
import type { Words } from '../../../core/threefry.js';
import type { FusedKernel } from '../../compiler/fused-kernels/index.js';
import type { Piece } from '../outputs.js';

/** Memory that all threads see, by its number; the version changes whenever it is written. */
export interface SharedReference {
  readonly id: number;
  readonly version: number;
}

export type PartSource =
  | { readonly kind: 'argument'; readonly position: number }
  | { readonly kind: 'draw'; readonly draw: number; readonly distribution: Distribution };

export interface PartFeed {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly source: PartSource;
  /** Where this thread's stretch begins, in elements; everything is taken when it is not split. */
  readonly from?: number;
}

/** A joint as a thread makes it. */
export interface PartOutput {
  readonly pieces: readonly Piece[];
  readonly dtype: DType;
  /** Whether the engine is to have it. */
  readonly answered: boolean;
  /** When it is kept for the kernels that follow: the shared arrays, one of each thread, in which they hand it over. */
  readonly handOver?: readonly number[];
  /** When it is a factor: the shared array that has it whole, and where this thread's stretch begins. */
  readonly place?: { readonly shared: number; readonly from: number };
}

/** `leftᵀ right` of two shared arrays, `[inner, row]` and `[inner, column]`. */
export interface FactoredProduct {
  readonly left: number;
  readonly right: number;
  readonly inner: number;
  readonly rows: number;
  readonly columns: number;
}

/** An array of a kernel: shared memory; a joint, the sum of what each thread has; or a product of joints. */
export type KernelArray = { readonly shared: number } | { readonly joint: number } | { readonly product: number };

export interface KernelCall {
  readonly kernel: number;
  readonly arrays: readonly KernelArray[];
  readonly scalars: readonly number[];
  /** Shared memory, by number. */
  readonly outputs: readonly number[];
  /** The stretches that are worked on one after the other, each divided among the threads; none when a product makes them. */
  readonly stretches: readonly { readonly offset: number; readonly length: number }[];
}

export type Question =
  | {
      readonly kind: 'open';
      readonly program: number;
      readonly model: Uint8Array;
      readonly feeds: readonly PartFeed[];
      readonly outputs: readonly PartOutput[];
      readonly products: readonly FactoredProduct[];
      readonly kernels: readonly FusedKernel[];
    }
  | {
      readonly kind: 'run';
      readonly program: number;
      /** Those that the parts use. */
      readonly args: readonly (SharedReference | null)[];
      /** The words of each draw's key. */
      readonly draws: readonly Words[];
    }
  | { readonly kind: 'update'; readonly program: number; readonly calls: readonly KernelCall[] };

/** Told without an answer. */
export type Notice =
  | { readonly kind: 'share'; readonly id: number; readonly data: HostTensor['data'] }
  | { readonly kind: 'forget'; readonly id: number }
  | { readonly kind: 'close'; readonly program: number };

export type Reply =
  | { readonly kind: 'done'; readonly joints: readonly (HostTensor['data'] | null)[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Which thread of how many. */
export interface Rank {
  readonly index: number;
  readonly count: number;
}

/** A thread's share of a stretch: whole cache lines, the last one gets what is left. */
export const shareOf = (length: number, { index, count }: Rank): readonly [from: number, to: number] => {
  const at = (i: number): number => (i === count ? length : Math.floor((length * i) / count / 16) * 16);
  return [at(index), at(index + 1)];
};
