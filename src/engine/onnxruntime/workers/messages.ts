/**
 * The protocol between the engine and its workers: one request at a time to each worker, and one response to each request.
 * Notifications have no response.
 *
 * @module
 */
import type { Distribution } from '../../../core/distribution.js';
import type { DType, HostTensor } from '../../../core/host-tensor.js';
import type { Words } from '../../../core/threefry.js';
import type { FusedKernel } from '../../compiler/fused-kernels/index.js';
import type { Combination } from '../../compiler/sharding/shard-graph.js';
import type { Piece } from '../outputs.js';

/** A shared buffer. The version changes whenever the buffer is overwritten. */
export interface SharedReference {
  readonly id: number;
  readonly version: number;
}

export type ShardSource =
  | { readonly kind: 'argument'; readonly position: number }
  | { readonly kind: 'draw'; readonly draw: number; readonly distribution: Distribution };

/** An input of a worker's shard. */
export interface ShardFeed {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly source: ShardSource;
  /** The elements of an image, and the first image within the round. Absent if the input is whole. */
  readonly range?: { readonly perImage: number; readonly first: number };
}

/** A graph for some images. */
export interface ShardModel {
  readonly bytes: Uint8Array;
  readonly feeds: readonly ShardFeed[];
  /** The pieces of each partial result. */
  readonly outputs: readonly (readonly Piece[])[];
}

/** Some images of a worker, computed by one of the models. */
export interface Round {
  readonly model: number;
  /** The first image, counted in the batch. */
  readonly first: number;
}

/** What is done with a partial result. */
export interface ShardResult {
  readonly dtype: DType;
  readonly combination: Combination;
  /** Whether the worker returns it to the engine. */
  readonly returned: boolean;
  /** For epilogues: the shared buffers, one for each worker, in which workers exchange it. */
  readonly exchange?: readonly number[];
  /** For a factor: the shared buffer of the whole factor, and the elements of an image. */
  readonly factor?: { readonly shared: number; readonly perImage: number };
}

/** `leftᵀ right` of two shared buffers, `[inner, row]` and `[inner, column]`. */
export interface FactoredProduct {
  readonly left: number;
  readonly right: number;
  readonly inner: number;
  readonly rows: number;
  readonly columns: number;
}

/** An input of a kernel: a shared buffer; the sum of a partial result over all workers; or a product of two factors. */
export type KernelInput = { readonly shared: number } | { readonly partial: number } | { readonly product: number };

export interface KernelCall {
  readonly kernel: number;
  readonly inputs: readonly KernelInput[];
  readonly scalars: readonly number[];
  /** Ids of shared buffers. */
  readonly outputs: readonly number[];
  /** Ranges to compute one after the other, each divided among the workers. None if the kernel has a product as an input. */
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
}

export type Request =
  | {
      readonly kind: 'open';
      readonly program: number;
      readonly models: readonly ShardModel[];
      readonly rounds: readonly Round[];
      readonly results: readonly ShardResult[];
      readonly products: readonly FactoredProduct[];
      readonly kernels: readonly FusedKernel[];
    }
  | {
      readonly kind: 'run';
      readonly program: number;
      /** The arguments that shards use. */
      readonly args: readonly (SharedReference | null)[];
      /** The words of the key of each draw. */
      readonly draws: readonly Words[];
    }
  | { readonly kind: 'update'; readonly program: number; readonly calls: readonly KernelCall[] };

export type OpenRequest = Extract<Request, { kind: 'open' }>;
export type RunRequest = Extract<Request, { kind: 'run' }>;
export type UpdateRequest = Extract<Request, { kind: 'update' }>;

export type Notification =
  | { readonly kind: 'share'; readonly id: number; readonly data: HostTensor['data'] }
  | { readonly kind: 'forget'; readonly id: number }
  | { readonly kind: 'close'; readonly program: number };

/**
 * The partial results that a worker returns, by position: a sum over its rounds, or what each round adds to a concatenation. Empty for
 * those that it does not return.
 */
export type PartialResults = readonly (readonly HostTensor['data'][])[];

export type Response =
  | { readonly kind: 'done'; readonly partials: PartialResults }
  | { readonly kind: 'failed'; readonly message: string };

/** The index of a worker among how many. */
export interface Rank {
  readonly index: number;
  readonly count: number;
}

/** The range of a worker in an array of this length: whole cache lines; the last worker gets the remainder. */
export const rangeOf = (length: number, { index, count }: Rank): readonly [from: number, to: number] => {
  const at = (i: number): number => (i === count ? length : Math.floor((length * i) / count / 16) * 16);
  return [at(index), at(index + 1)];
};
