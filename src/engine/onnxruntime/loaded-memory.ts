import { type HostTensor, viewOf } from '../../core/host-tensor.js';

type Data = HostTensor['data'];

/**
 * Memory of what is loaded into the engine. Large arrays are in shared memory from the start, instead of being copied once more when
 * worker threads first need them. What is not needed any more is used again for the next array of the same size: V8 does not count shared
 * memory, so that batches would pile up before it collects them.
 */
export interface LoadedMemory {
  readonly copyOf: (tensor: HostTensor) => Data;
  /** Takes back an array, if it was made here. Nobody may use it any more. */
  readonly give: (data: Data) => void;
  /** Lets go of an array that somebody else refers to from now on. */
  readonly letGo: (data: Data) => void;
  /** Frees what is not used. */
  readonly clear: () => void;
}

const LARGE = 1e6;

export const loadedMemory = (): LoadedMemory => {
  const own = new WeakSet<Data>();
  const spare = new Map<number, ArrayBufferLike[]>();
  return {
    copyOf: ({ dtype, data }) => {
      if (data.byteLength < LARGE || typeof SharedArrayBuffer === 'undefined') return data.slice();
      const buffer = spare.get(data.byteLength)?.pop() ?? new SharedArrayBuffer(data.byteLength);
      // Another object than before, since others remember what they know of an array by its object.
      const copy = viewOf(dtype, buffer);
      copy.set(data);
      own.add(copy);
      return copy;
    },
    give: (data) => {
      if (!own.delete(data)) return;
      spare.set(data.byteLength, [...(spare.get(data.byteLength) ?? []), data.buffer]);
    },
    letGo: (data) => void own.delete(data),
    clear: () => spare.clear(),
  };
};
