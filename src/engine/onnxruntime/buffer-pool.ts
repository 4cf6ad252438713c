import type { DType, HostTensor } from '../../core/host-tensor.js';

/** Buffers that nobody needs any more, to be overwritten. They keep the memory of a long training constant. */
export interface BufferPool {
  /** A buffer of this type and length: one that was given, or a new one. */
  readonly take: (dtype: DType, length: number) => HostTensor['data'];
  readonly give: (tensor: HostTensor) => void;
}

/** Smaller buffers are not worth pooling. In bytes. */
export const POOLED_BYTES = 24e6;

const BUFFERS_PER_SIZE = 8;

export const newData = (dtype: DType, length: number): HostTensor['data'] =>
  dtype === 'float32' ? new Float32Array(length) : dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);

export const dtypeOfData = (data: HostTensor['data']): DType =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';

/** An empty pool. */
export const bufferPool = (): BufferPool => {
  const spare = new Map<string, HostTensor['data'][]>();
  const key = (dtype: DType, length: number) => `${dtype} ${length}`;
  return {
    take: (dtype, length) => spare.get(key(dtype, length))?.pop() ?? newData(dtype, length),
    give: ({ dtype, data }) => {
      // The runtime writes into ordinary memory only.
      if (data.byteLength <= POOLED_BYTES || !(data.buffer instanceof ArrayBuffer)) return;
      const same = spare.get(key(dtype, data.length)) ?? [];
      if (same.length < BUFFERS_PER_SIZE) spare.set(key(dtype, data.length), [...same, data]);
    },
  };
};
