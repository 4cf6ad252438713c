import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/axes.js';

/** What was copied between JavaScript and TensorFlow's sessions: on a GPU, between host and device. */
export interface Traffic {
  /** Calls of a session. */
  readonly calls: number;
  /** Bytes of the fed tensors. */
  readonly bytesIn: number;
  /** Bytes of the fetched tensors. */
  readonly bytesOut: number;
}

export interface Meter {
  readonly count: (fed: readonly Tensor[], fetched: readonly Tensor[]) => void;
  readonly read: () => Traffic;
}

const bytes = (tensors: readonly Tensor[]): number =>
  tensors.reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'bool' ? 1 : 4), 0);

/** A meter at zero. */
export const meter = (): Meter => {
  let traffic: Traffic = { calls: 0, bytesIn: 0, bytesOut: 0 };
  return {
    count: (fed, fetched) => {
      const { calls, bytesIn, bytesOut } = traffic;
      traffic = { calls: calls + 1, bytesIn: bytesIn + bytes(fed), bytesOut: bytesOut + bytes(fetched) };
    },
    read: () => traffic,
  };
};
