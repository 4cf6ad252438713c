import type { HostTensor } from '../../../core/host-tensor.js';
import { dtypeOfData, newData } from '../buffer-pool.js';
import type { SharedReference } from './messages.js';

type Data = HostTensor['data'];

/** The shared buffers that a worker knows, and its own copies of some of them. */
export interface ThreadMemory {
  readonly share: (id: number, data: Data) => void;
  readonly forget: (id: number) => void;
  /** The shared buffer of this id. */
  readonly at: (id: number) => Data;
  /** A copy in ordinary memory, which is all that the runtime accepts. It is updated when the version is another. */
  readonly copyOf: (reference: SharedReference) => Data;
}

/** The memory of one worker, empty at first. */
export const threadMemory = (): ThreadMemory => {
  const shared = new Map<number, Data>();
  const copies = new Map<number, { readonly version: number; readonly data: Data }>();
  const at = (id: number): Data => {
    const data = shared.get(id);
    if (data === undefined) throw new Error(`a worker thread has no shared buffer ${id}`);
    return data;
  };
  return {
    share: (id, data) => void shared.set(id, data),
    forget: (id) => {
      shared.delete(id);
      copies.delete(id);
    },
    at,
    copyOf: ({ id, version }) => {
      const known = copies.get(id);
      if (known?.version === version) return known.data;
      const source = at(id);
      const data = known?.data ?? newData(dtypeOfData(source), source.length);
      data.set(source);
      copies.set(id, { version, data });
      return data;
    },
  };
};
