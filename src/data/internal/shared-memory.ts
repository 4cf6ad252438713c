// A browser page without cross-origin isolation has no shared memory, and no threads that would need it.
const buffer = (length: number): ArrayBufferLike =>
  typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(length) : new SharedArrayBuffer(length);

const isShared = ({ buffer }: ArrayBufferView): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;

/** `length` bytes of zeros in memory that threads share: sending them to a thread copies nothing. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(buffer(length));

/** The same bytes in shared memory; copied only if they are not there already. */
export const shareBytes = (bytes: Uint8Array): Uint8Array => {
  if (isShared(bytes)) return bytes;
  const copy = sharedBytes(bytes.length);
  copy.set(bytes);
  return copy;
};

/** Integers as int32 in shared memory. */
export const shareInt32 = (values: ArrayLike<number>): Int32Array => {
  if (values instanceof Int32Array && isShared(values)) return values;
  const copy = new Int32Array(buffer(4 * values.length));
  copy.set(values);
  return copy;
};
