/**
 * The number types of the safetensors format, and how each becomes one of ours: floating-point numbers become float32,
 * integers int32, booleans bool. All are stored in little-endian order, which is the order of every machine that runs
 * JavaScript today.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { DType, HostTensor } from '../../core/host-tensor.js';

type Numbers = Pick<HostTensor, 'dtype' | 'data'>;

/** A number that the type it must become cannot hold. */
interface OutOfRange {
  readonly expected: string;
  readonly actual: string;
}

interface StoredType {
  /** Bytes per number. */
  readonly size: number;
  readonly read: (bytes: Uint8Array) => E.Either<OutOfRange, Numbers>;
}

// A copy starts at an aligned address, which typed arrays of wider numbers require.
const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const floats = (data: Float32Array): Numbers => ({ dtype: 'float32', data });

const integers = (data: Int32Array): Numbers => ({ dtype: 'int32', data });

const check = (
  expected: string,
  values: Iterable<number | bigint>,
  fits: (value: number | bigint) => boolean,
): E.Either<OutOfRange, void> => {
  for (const value of values) if (!fits(value)) return E.left({ expected, actual: String(value) });
  return E.right(undefined);
};

const isInt32 = (value: number | bigint): boolean => value >= -(2 ** 31) && value < 2 ** 31;

const narrowed = (values: Uint32Array | BigInt64Array | BigUint64Array): E.Either<OutOfRange, Numbers> =>
  pipe(
    check('integers that int32 can hold', values, isInt32),
    E.map(() => integers(Int32Array.from(values, Number))),
  );

const rounded = (values: Float64Array): E.Either<OutOfRange, Numbers> =>
  pipe(
    check('numbers that float32 can hold', values, (value) => {
      const number = Number(value);
      return Number.isFinite(Math.fround(number)) || !Number.isFinite(number);
    }),
    E.map(() => floats(Float32Array.from(values))),
  );

/** The value of an IEEE 754 half-precision number: 1 bit of sign, 5 of exponent, 10 of fraction. */
const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
};

/** A bfloat16 number is the upper half of a float32. */
const widened = (halves: Uint16Array): Float32Array =>
  new Float32Array(Uint32Array.from(halves, (upper) => upper << 16).buffer);

/** The types that are read. Eight-bit floating-point and complex numbers are refused. */
export const storedTypes = {
  F64: { size: 8, read: (bytes) => rounded(new Float64Array(copied(bytes))) },
  F32: { size: 4, read: (bytes) => E.right(floats(new Float32Array(copied(bytes)))) },
  F16: { size: 2, read: (bytes) => E.right(floats(Float32Array.from(new Uint16Array(copied(bytes)), half))) },
  BF16: { size: 2, read: (bytes) => E.right(floats(widened(new Uint16Array(copied(bytes))))) },
  I64: { size: 8, read: (bytes) => narrowed(new BigInt64Array(copied(bytes))) },
  I32: { size: 4, read: (bytes) => E.right(integers(new Int32Array(copied(bytes)))) },
  I16: { size: 2, read: (bytes) => E.right(integers(Int32Array.from(new Int16Array(copied(bytes))))) },
  I8: { size: 1, read: (bytes) => E.right(integers(Int32Array.from(new Int8Array(copied(bytes))))) },
  U64: { size: 8, read: (bytes) => narrowed(new BigUint64Array(copied(bytes))) },
  U32: { size: 4, read: (bytes) => narrowed(new Uint32Array(copied(bytes))) },
  U16: { size: 2, read: (bytes) => E.right(integers(Int32Array.from(new Uint16Array(copied(bytes))))) },
  U8: { size: 1, read: (bytes) => E.right(integers(Int32Array.from(bytes))) },
  BOOL: {
    size: 1,
    read: (bytes) =>
      pipe(
        check('bytes that are 0 or 1', bytes, (value) => value === 0 || value === 1),
        E.map((): Numbers => ({ dtype: 'bool', data: new Uint8Array(bytes) })),
      ),
  },
} as const satisfies Readonly<Record<string, StoredType>>;

/** The name of a type in the header of a file. */
export type StoredTypeName = keyof typeof storedTypes;

export const isStoredTypeName = (name: unknown): name is StoredTypeName =>
  typeof name === 'string' && Object.hasOwn(storedTypes, name);

/** The types that are written. */
export const storedAs: Readonly<Record<DType, StoredTypeName>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
