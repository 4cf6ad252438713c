export interface Instance {
  readonly memory: ArrayBuffer;
  readonly functions: Readonly<Record<string, (...numbers: readonly number[]) => void>>;
}

/** A module of `wasmModule`, ready to run on this thread; nothing where WebAssembly or its SIMD is missing. */
export const instantiate = (module: Uint8Array<ArrayBuffer>): Instance | undefined => {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(module)) return undefined;
  const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  return {
    memory: (memory as WebAssembly.Memory).buffer,
    functions: functions as Instance['functions'],
  };
};
