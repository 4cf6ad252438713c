/**
 * Instructions as typed values: an expression is code that leaves a value of its type on the stack. Operands nest as in
 * mathematics, and an operand of the wrong type is a compile-time error.
 *
 * @module
 */
import { type Bytes, float, signed, unsigned } from './bytes.js';

export type ValueType = 'i32' | 'f32' | 'v128';

export interface Code<T extends ValueType | 'nothing'> {
  readonly type: T;
  readonly bytes: Bytes;
}

export type Expression<T extends ValueType> = Code<T>;
export type Statement = Code<'nothing'>;

type Whole = Expression<'i32'>;
type Float = Expression<'f32'>;
type Vector = Expression<'v128'>;

// A stack machine evaluates the operands first.
const code = <T extends ValueType | 'nothing'>(
  type: T,
  operands: readonly Code<ValueType>[],
  instruction: Bytes,
): Code<T> => ({ type, bytes: [...operands.flatMap(({ bytes }) => bytes), ...instruction] });

const simd = (opcode: number, ...immediates: Bytes): Bytes => [0xfd, ...unsigned(opcode), ...immediates];

const unary =
  (opcode: number) =>
  (a: Vector): Vector =>
    code('v128', [a], simd(opcode));
const binary =
  (opcode: number) =>
  (a: Vector, b: Vector): Vector =>
    code('v128', [a, b], simd(opcode));
const shift =
  (opcode: number) =>
  (a: Vector, by: Whole): Vector =>
    code('v128', [a, by], simd(opcode));
const splat =
  <T extends ValueType>(opcode: number) =>
  (a: Expression<T>): Vector =>
    code('v128', [a], simd(opcode));

// Every access is aligned to 16 bytes.
const at = (offset: number): Bytes => [4, ...unsigned(offset)];

export const i32 = {
  constant: (n: number): Whole => code('i32', [], [0x41, ...signed(n)]),
  add: (a: Whole, b: Whole): Whole => code('i32', [a, b], [0x6a]),
  /** Unsigned. */
  less: (a: Whole, b: Whole): Whole => code('i32', [a, b], [0x49]),
};

export const f32 = { constant: (x: number): Float => code('f32', [], [0x43, ...float(x)]) };

/** 128 bits of any interpretation. */
export const v128 = {
  load: (address: Whole, offset: number): Vector => code('v128', [address], simd(0x00, ...at(offset))),
  store: (address: Whole, offset: number, value: Vector): Statement =>
    code('nothing', [address, value], simd(0x0b, ...at(offset))),
  not: unary(0x4d),
  and: binary(0x4e),
  or: binary(0x50),
  xor: binary(0x51),
  /** Bitwise: from `then` where the mask is 1, else from `otherwise`. */
  select: (mask: Vector, then: Vector, otherwise: Vector): Vector => code('v128', [then, otherwise, mask], simd(0x52)),
  /** Selects 16 of the 32 bytes of `a` and `b` by position. */
  shuffle: (a: Vector, b: Vector, positions: Bytes): Vector => code('v128', [a, b], simd(0x0d, ...positions)),
};

export const i8x16 = {
  splat: splat<'i32'>(0x0f),
  /** The signed 16-bit lanes of `a` and `b` as signed bytes, saturated. */
  narrow: binary(0x65),
};

export const i16x8 = {
  splat: splat<'i32'>(0x10),
  /** Unsigned; all ones where it holds. */
  lessOrEqual: binary(0x34),
};

export const i32x4 = {
  splat: splat<'i32'>(0x11),
  /** Four constants. */
  lanes: (numbers: readonly number[]): Vector =>
    code('v128', [], simd(0x0c, ...new Uint8Array(Int32Array.from(numbers).buffer))),
  shiftLeft: shift(0xab),
  /** Fills with zeros. */
  shiftRight: shift(0xad),
  add: binary(0xae),
};

/** Four float32 values, correctly rounded. A comparison gives all ones where it holds. */
export const f32x4 = {
  splat: splat<'f32'>(0x13),
  equal: binary(0x41),
  notEqual: binary(0x42),
  less: binary(0x43),
  greater: binary(0x44),
  lessOrEqual: binary(0x45),
  greaterOrEqual: binary(0x46),
  ceiling: unary(0x67),
  floor: unary(0x68),
  absolute: unary(0xe0),
  negate: unary(0xe1),
  squareRoot: unary(0xe3),
  add: binary(0xe4),
  subtract: binary(0xe5),
  multiply: binary(0xe6),
  divide: binary(0xe7),
  minimum: binary(0xe8),
  maximum: binary(0xe9),
};

/** Runs the statements, then repeats them while the condition holds (a do-while loop). */
export const repeatWhile = (condition: Whole, statements: readonly Statement[]): Statement => ({
  type: 'nothing',
  bytes: [0x03, 0x40, ...statements.flatMap(({ bytes }) => bytes), ...condition.bytes, 0x0d, 0, 0x0b],
});
