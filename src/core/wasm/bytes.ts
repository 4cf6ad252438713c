/** Parts of a module in its binary format (WebAssembly core specification, chapter 5). */
export type Bytes = readonly number[];

/** A natural number below 2³², in LEB128. */
export const unsigned = (n: number): Bytes => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)]);

/** A 32-bit whole number, in LEB128. */
export const signed = (n: number): Bytes =>
  n >= -0x40 && n < 0x40 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];

/** A float32, lowest byte first. */
export const float = (x: number): Bytes => [...new Uint8Array(Float32Array.of(x).buffer)];

/** The size in front, as sections, function bodies and names have it. */
export const sized = (bytes: Bytes): Bytes => [...unsigned(bytes.length), ...bytes];

/** The number of items in front. */
export const vector = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];
