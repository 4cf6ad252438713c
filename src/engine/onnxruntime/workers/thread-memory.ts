import { type DType, type HostTensor, viewOf } from '../../../core/host-tensor.js';
import { dtypeOfData, newData } from '../buffer-pool.js';
import type { SharedReference } from './messages.js';

type Data = HostTensor['data'];

/** The shared buffers that a worker knows, and its own copies of some of them. */
export interface ThreadMemory {
  readonly share: (id: number, data: Data) => void;
  /** Its copy is used for the next array of the same length, such as the parameters that are tested after training. */
  readonly forget: (id: number) => void;
  /** Frees the copies that are not used any more. */
  readonly tidy: () => void;
  /** The shared buffer of this id. */
  readonly at: (id: number) => Data;
  /** A copy in ordinary memory, which is all that the runtime accepts. It is updated when the version is another. */
  readonly copyOf: (reference: SharedReference) => Data;
  /** Memory that each call for the same slot overwrites, for whatever runs next: a worker computes one thing at a time. */
  readonly scratch: (slot: string, dtype: DType, length: number) => Data;
}

const kindOf = (data: Data): string => `${dtypeOfData(data)} ${data.length}`;

/** The memory of one worker, empty at first. */
export const threadMemory = (): ThreadMemory => {
  const shared = new Map<number, Data>();
  const copies = new Map<number, { readonly version: number; readonly data: Data }>();
  const spare = new Map<string, Data[]>();
  const slots = new Map<string, ArrayBuffer>();
  const at = (id: number): Data => {
    const data = shared.get(id);
    if (data === undefined) throw new Error(`a worker thread has no shared buffer ${id}`);
    return data;
  };
  return {
    share: (id, data) => void shared.set(id, data),
    forget: (id) => {
      shared.delete(id);
      const copy = copies.get(id)?.data;
      copies.delete(id);
      if (copy !== undefined) spare.set(kindOf(copy), [...(spare.get(kindOf(copy)) ?? []), copy]);
    },
    tidy: () => spare.clear(),
    at,
    copyOf: ({ id, version }) => {
      const known = copies.get(id);
      if (known?.version === version) return known.data;
      const source = at(id);
      const data = known?.data ?? spare.get(kindOf(source))?.pop() ?? newData(dtypeOfData(source), source.length);
      data.set(source);
      copies.set(id, { version, data });
      return data;
    },
    scratch: (slot, dtype, length) => {
      const bytes = length * (dtype === 'bool' ? 1 : 4);
      const known = slots.get(slot);
      const buffer = known !== undefined && known.byteLength >= bytes ? known : new ArrayBuffer(bytes);
      slots.set(slot, buffer);
      return viewOf(dtype, buffer, length);
    },
  };
};
