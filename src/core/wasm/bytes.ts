/** Parts of a module in its binary format (WebAssembly core specification, chapter 5). */
export type Bytes = readonly number[];

/** An unsigned integer below 2³², in LEB128. */
export const unsigned = (n: number): Bytes => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)]);

/** A signed 32-bit integer, in LEB128. */
export const signed = (n: number): Bytes =>
  n >= -0x40 && n < 0x40 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];

/** A float32 in little-endian order. */
export const float = (x: number): Bytes => [...new Uint8Array(Float32Array.of(x).buffer)];

/** Prefixed with the size in bytes, as sections, function bodies and names are. */
export const sized = (bytes: Bytes): Bytes => [...unsigned(bytes.length), ...bytes];

/** Prefixed with the number of items. */
export const vector = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];
