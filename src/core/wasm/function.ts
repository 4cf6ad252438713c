import { type Bytes, sized, unsigned, vector } from './bytes.js';
import type { Expression, Statement, ValueType } from './code.js';

/** The encoding of each type in a module. */
const TYPE_CODE: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

export interface Local<T extends ValueType> {
  readonly get: Expression<T>;
  readonly set: (value: Expression<T>) => Statement;
}

type Locals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> };

/** A function without a result, exported under its name. */
export interface WasmFunction {
  readonly name: string;
  /** Its entry in the type section. */
  readonly signature: Bytes;
  /** Its entry in the code section. */
  readonly body: Bytes;
}

const localAt = <T extends ValueType>(index: number, type: T): Local<T> => ({
  get: { type, bytes: [0x20, ...unsigned(index)] },
  set: (value) => ({ type: 'nothing', bytes: [...value.bytes, 0x21, ...unsigned(index)] }),
});

/**
 * `wasmFunction('fill', ['i32', 'f32'], ([count, value], local) => [statements])`, where `local('v128')` declares a local
 * variable.
 */
export const wasmFunction = <const P extends readonly ValueType[]>(
  name: string,
  parameters: P,
  statements: (parameters: Locals<P>, local: <T extends ValueType>(type: T) => Local<T>) => readonly Statement[],
): WasmFunction => {
  // Mutable while `statements` runs, which may declare locals.
  const types: ValueType[] = [...parameters];
  const local = <T extends ValueType>(type: T): Local<T> => localAt(types.push(type) - 1, type);
  const code = statements(parameters.map((type, i) => localAt(i, type)) as Locals<P>, local);
  const declarations = types.slice(parameters.length).map((type) => [1, TYPE_CODE[type]]);
  return {
    name,
    signature: [0x60, ...vector(parameters.map((type) => [TYPE_CODE[type]])), ...vector([])],
    body: sized([...vector(declarations), ...code.flatMap(({ bytes }) => bytes), 0x0b]),
  };
};
