/**
 * Arrays in memory that all threads see. A content is written once and then only read, until its memory is given up and
 * becomes that of another content: the number stays and the version counts on.
 *
 * @module
 */
import { type DType, type HostTensor, viewOf } from '../../../core/host-tensor.js';
import type { Notice, SharedReference } from './messages.js';

type Data = HostTensor['data'];

export interface SharedMemory {
  /** The reference of an array; one in ordinary memory is copied, once. */
  readonly referTo: (data: Data) => SharedReference;
  /** A new array, in memory of its own or in that of one that was given up and will be written over. */
  readonly make: (dtype: DType, length: number, over?: Data) => Data;
}

/** `tell` reaches all threads: what they share with this one, and what nobody here holds any more. */
export const sharedMemory = (tell: (notice: Notice) => void): SharedMemory => {
  const references = new WeakMap<Data, SharedReference>();
  const copies = new WeakMap<Data, Data>();
  const forgotten = new FinalizationRegistry<number>((id) => tell({ kind: 'forget', id }));
  let count = 0;

  const shareable = (data: Data): Data => {
    if (data.buffer instanceof SharedArrayBuffer) return data;
    const known = copies.get(data);
    if (known !== undefined) return known;
    const copy = viewOf(dtypeOf(data), new SharedArrayBuffer(data.byteLength));
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
    forgotten.register(target.buffer, reference.id);
    tell({ kind: 'share', id: reference.id, data: target });
    return reference;
  };
  return {
    referTo,
    make: (dtype, length, over) => {
      if (over === undefined) return viewOf(dtype, new SharedArrayBuffer(length * (dtype === 'bool' ? 1 : 4)));
      const { id, version } = referTo(over);
      const data = viewOf(dtype, shareable(over).buffer);
      references.set(data, { id, version: version + 1 });
      return data;
    },
  };
};

const dtypeOf = (data: Data): DType =>
  data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
