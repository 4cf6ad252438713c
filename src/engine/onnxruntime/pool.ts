import type { DType, HostTensor } from '../../core/host-tensor.js';

/** Buffers that nobody needs any more, to be written over: what keeps a long training at one size. */
export interface Pool {
  /** A buffer that was given, of this type and length, or else a new one. */
  readonly take: (dtype: DType, length: number) => HostTensor['data'];
  readonly give: (tensor: HostTensor) => void;
}

/** Smaller buffers are not worth keeping. In bytes. */
export const POOLED_BYTES = 24e6;

const POOLED_EACH = 8;

export const newData = (dtype: DType, length: number): HostTensor['data'] =>
  dtype === 'float32' ? new Float32Array(length) : dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);

/** An empty pool. */
export const pool = (): Pool => {
  const spare = new Map<string, HostTensor['data'][]>();
  const key = (dtype: DType, length: number) => `${dtype} ${length}`;
  return {
    take: (dtype, length) => spare.get(key(dtype, length))?.pop() ?? newData(dtype, length),
    give: ({ dtype, data }) => {
      // The runtime writes into ordinary memory only.
      if (data.byteLength <= POOLED_BYTES || !(data.buffer instanceof ArrayBuffer)) return;
      const same = spare.get(key(dtype, data.length)) ?? [];
      if (same.length < POOLED_EACH) spare.set(key(dtype, data.length), [...same, data]);
    },
  };
};
