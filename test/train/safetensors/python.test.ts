/** A file that Python's safetensors package wrote, see generate/README.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { sha256 } from '../../../src/node/sha256.js';
import { decodeTensors } from '../../../src/train/index.js';

const bytes = readFileSync(new URL('./fixtures/python.safetensors', import.meta.url));

const square = (values: readonly number[]): HostTensor => int32([2, 2], values);

/** All are exact except the last: half precision has 10 bits of fraction, bfloat16 has 7. */
const numbers = (third: number): HostTensor => float32([8], [0, -0, 1, -2.5, Infinity, -Infinity, 2 ** -24, third]);

const expected: Readonly<Record<string, HostTensor>> = {
  I8: square([-128, -1, 0, 127]),
  I16: square([-32768, -1, 0, 32767]),
  I32: square([-(2 ** 31), -1, 0, 2 ** 31 - 1]),
  I64: square([-(2 ** 31), -1, 0, 2 ** 31 - 1]),
  U8: square([0, 1, 128, 255]),
  U16: square([0, 1, 32768, 65535]),
  U32: square([0, 1, 2 ** 16, 2 ** 31 - 1]),
  U64: square([0, 1, 2 ** 16, 2 ** 31 - 1]),
  F16: numbers(1365 / 4096),
  BF16: numbers(171 / 512),
  F32: numbers(1 / 3),
  F64: numbers(1 / 3),
  BOOL: { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
  scalar: float32([], [7]),
  empty: float32([0, 4], []),
  'names/may.be é': float32([1], [1.5]),
  toString: float32([1], [3.5]),
};

test.each([
  ['without a hash function', undefined],
  ['with one, though the file has no checksum', sha256],
] as const)('a file written by Python is read %s', (_, hash) => {
  const { tensors, metadata } = orThrow(decodeTensors(bytes, hash));
  expect(metadata).toEqual({ format: 'pt' });
  const { ['__proto__']: own, ...others } = tensors;
  expect(Object.keys(tensors)).toContain('__proto__');
  expect(own).toEqual(float32([1], [2.5]));
  expect(others).toEqual(expected);
});
