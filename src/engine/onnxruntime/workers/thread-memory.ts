import type { HostTensor } from '../../../core/host-tensor.js';
import { newData } from '../pool.js';
import type { SharedReference } from './messages.js';

type Data = HostTensor['data'];

/** What a thread sees of the memory that all threads share, and its own copies of some of it. */
export interface ThreadMemory {
  readonly share: (id: number, data: Data) => void;
  readonly forget: (id: number) => void;
  readonly at: (id: number) => Data;
  /** A copy in ordinary memory, the only one that the runtime takes; brought up to date when the content is another. */
  readonly copyOf: (reference: SharedReference) => Data;
}

/** The memory of one thread, of which it holds nothing yet. */
export const threadMemory = (): ThreadMemory => {
  const shared = new Map<number, Data>();
  const copies = new Map<number, { readonly version: number; readonly data: Data }>();
  return {
    share: (id, data) => void shared.set(id, data),
    forget: (id) => {
      shared.delete(id);
      copies.delete(id);
    },
    at: (id) => shared.get(id)!,
    copyOf: ({ id, version }) => {
      const known = copies.get(id);
      if (known?.version === version) return known.data;
      const data = known?.data ?? sameKind(shared.get(id)!);
      data.set(shared.get(id)!);
      copies.set(id, { version, data });
      return data;
    },
  };
};

const sameKind = (data: Data): Data =>
  newData(data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool', data.length);
