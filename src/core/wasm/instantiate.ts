/** What a module of `wasmModule` exports: its memory, and functions of these names. */
export type Exports<Name extends string> = Readonly<Record<Name, (...numbers: readonly number[]) => void>> & {
  readonly memory: WebAssembly.Memory;
};

/**
 * Instantiates a module of `wasmModule` on this thread: `instantiate<'compute'>(bytes)`. `undefined` if WebAssembly or its SIMD
 * is missing.
 */
export const instantiate = <Name extends string>(module: Uint8Array<ArrayBuffer>): Exports<Name> | undefined => {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(module)) return undefined;
  // WebAssembly gives exports no types.
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports as Exports<Name>;
};
