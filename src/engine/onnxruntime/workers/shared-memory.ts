/**
 * Buffers that all workers see. A buffer is written once and then only read, until its value is donated: then another
 * value overwrites it. Its id stays, and its version is counted up.
 *
 * @module
 */
import { type DType, type HostTensor, viewOf } from '../../../core/host-tensor.js';
import { dtypeOfData } from '../buffer-pool.js';
import type { Notification, SharedReference } from './messages.js';

type Data = HostTensor['data'];

export interface SharedMemory {
  /** The reference of an array. One in ordinary memory is copied, once. */
  readonly referTo: (data: Data) => SharedReference;
  /** A new array, in a buffer of its own or in that of a donated one, which will be overwritten. */
  readonly make: (dtype: DType, length: number, over?: Data) => Data;
  /** Lets workers forget an array, and their copies of it, before it is garbage-collected. It can be referred to again. */
  readonly forget: (data: Data) => void;
}

/** `notify` reaches all workers: it shares buffers with them, and says which ones can no longer be reached from here. */
export const sharedMemory = (notify: (notification: Notification) => void): SharedMemory => {
  const references = new WeakMap<Data, SharedReference>();
  const copies = new WeakMap<Data, Data>();
  const unreachable = new FinalizationRegistry<number>((id) => notify({ kind: 'forget', id }));
  let count = 0;

  const shareable = (data: Data): Data => {
    if (data.buffer instanceof SharedArrayBuffer) return data;
    const known = copies.get(data);
    if (known !== undefined) return known;
    const copy = viewOf(dtypeOfData(data), new SharedArrayBuffer(data.byteLength));
    copy.set(data);
    copies.set(data, copy);
    return copy;
  };
  const referTo = (data: Data): SharedReference => {
    const target = shareable(data);
    const known = references.get(target);
    if (known !== undefined) return known;
    const reference = { id: count++, version: 0 };
    references.set(target, reference);
    unreachable.register(target.buffer, reference.id);
    notify({ kind: 'share', id: reference.id, data: target });
    return reference;
  };
  return {
    referTo,
    forget: (data) => {
      const target = copies.get(data) ?? data;
      const known = references.get(target);
      if (known === undefined) return;
      references.delete(target);
      notify({ kind: 'forget', id: known.id });
    },
    make: (dtype, length, over) => {
      if (over === undefined) return viewOf(dtype, new SharedArrayBuffer(length * (dtype === 'bool' ? 1 : 4)));
      const { id, version } = referTo(over);
      const data = viewOf(dtype, shareable(over).buffer);
      references.set(data, { id, version: version + 1 });
      return data;
    },
  };
};
