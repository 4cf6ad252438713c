import type { HostTensor } from '../core/host-tensor.js';
import type { Key } from '../core/key.js';
import type { ImageSource } from './image-source.js';

/** What a batch is for, and which one it is. */
export interface BatchTag {
  readonly purpose: 'training' | 'validation';
  /** From 0. */
  readonly epoch: number;
  /** From 0, among the batches of this purpose in this epoch. */
  readonly index: number;
  /** How many batches of this purpose this epoch has. */
  readonly count: number;
}

/** Transformed images with their labels. */
export interface Batch extends BatchTag {
  /** float32 [batch, row, column, channel] */
  readonly input: HostTensor;
  /** int32 [batch]: positions in the source's classes. */
  readonly target: HostTensor;
}

/** A request for a batch. The batch depends on nothing but the request and the pipeline. */
export interface BatchRequest extends BatchTag {
  readonly source: ImageSource;
  /** The positions of the images in the source. */
  readonly indices: Uint32Array;
  /** The key of the epoch: images are augmented. Without it they are preprocessed for evaluation. */
  readonly epochKey?: Key;
  /** Why no batch can be made: a batch size that is not a whole number above 0. */
  readonly problem?: string;
}
