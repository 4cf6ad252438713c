import { type Bytes, sized, unsigned, vector } from './bytes.js';
import type { Expression, Statement, ValueType } from './code.js';

/** The number that stands for a type in a module. */
const TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

export interface Local<T extends ValueType> {
  readonly get: Expression<T>;
  readonly set: (value: Expression<T>) => Statement;
}

type Locals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> };

/** A function that answers nothing, exported under its name. */
export interface WasmFunction {
  readonly name: string;
  /** What the type section says of it. */
  readonly signature: Bytes;
  /** What the code section says of it. */
  readonly body: Bytes;
}

const localAt = <T extends ValueType>(index: number, type: T): Local<T> => ({
  get: { type, bytes: [0x20, ...unsigned(index)] },
  set: (value) => ({ type: 'nothing', bytes: [...value.bytes, 0x21, ...unsigned(index)] }),
});

/**
 * `wasmFunction('fill', ['i32', 'f32'], ([count, value], local) => [statements])`, where `local('v128')` makes a new local
 * variable.
 */
export const wasmFunction = <const P extends readonly ValueType[]>(
  name: string,
  parameters: P,
  statements: (parameters: Locals<P>, local: <T extends ValueType>(type: T) => Local<T>) => readonly Statement[],
): WasmFunction => {
  // Grows while the statements are made, and only then.
  const types: ValueType[] = [...parameters];
  const local = <T extends ValueType>(type: T): Local<T> => localAt(types.push(type) - 1, type);
  const code = statements(parameters.map((type, i) => localAt(i, type)) as Locals<P>, local);
  const declarations = types.slice(parameters.length).map((type) => [1, TYPE[type]]);
  return {
    name,
    signature: [0x60, ...vector(parameters.map((type) => [TYPE[type]])), ...vector([])],
    body: sized([...vector(declarations), ...code.flatMap(({ bytes }) => bytes), 0x0b]),
  };
};
