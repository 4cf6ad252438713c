import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/core/axes.js';
import { float32, type HostTensor, host, int32, orThrow } from '../../src/core/index.js';
import { forAll, left } from './harness.js';

type Index = readonly number[];

/** The value at an index by the definition of row-major order, in float64. */
const at = ({ shape, data }: HostTensor, index: Index): number =>
  Number(data[index.reduce((position, i, axis) => position * shape[axis]! + i, 0)]);

const indices = (shape: readonly number[]): readonly Index[] =>
  shape.reduce<readonly Index[]>(
    (found, size) => found.flatMap((index) => [...Array(size).keys()].map((i) => [...index, i])),
    [[]],
  );

/** Expects a tensor of this shape with the value of `reference` at every index. */
const expectValues = (actual: HostTensor, shape: readonly number[], reference: (index: Index) => number): void => {
  expect(actual.shape).toEqual(shape);
  expect(actual.data.length).toBe(sizeOf(shape));
  expect(indices(shape).map((index) => at(actual, index))).toEqual(indices(shape).map(reference));
};

const dtypes = ['float32', 'int32', 'bool'] as const;

const tensorOf = (dtype: HostTensor['dtype'], shape: readonly number[]): HostTensor => {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => (dtype === 'bool' ? (i * 7) % 2 : i * 7 - 30));
  if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(values) };
  return dtype === 'int32' ? int32(shape, values) : float32(shape, values);
};

const shapes = fc.array(fc.nat(4), { minLength: 1, maxLength: 4 });
const tensors = fc.tuple(fc.constantFrom(...dtypes), shapes).map(([dtype, shape]) => tensorOf(dtype, shape));
const withAxis = tensors.chain((tensor) => fc.tuple(fc.constant(tensor), fc.nat(tensor.shape.length - 1)));

describe('host operations agree with their definitions', () => {
  test('transpose', () => {
    const cases = tensors.chain((tensor) => {
      const axes = [...tensor.shape.keys()];
      return fc.tuple(fc.constant(tensor), fc.shuffledSubarray(axes, { minLength: axes.length }));
    });
    forAll([cases], ([tensor, permutation]) => {
      const actual = orThrow(host.transpose(permutation)(tensor));
      expect(actual.dtype).toBe(tensor.dtype);
      const shape = permutation.map((axis) => tensor.shape[axis]!);
      expectValues(actual, shape, (index) =>
        at(
          tensor,
          [...tensor.shape.keys()].map((axis) => index[permutation.indexOf(axis)]!),
        ),
      );
    });
    expect(orThrow(host.transpose([])(float32([], [3])))).toEqual(float32([], [3]));
  });

  test('slice', () => {
    const cases = withAxis.chain(([tensor, axis]) => {
      const position = fc.nat(tensor.shape[axis]!);
      return fc.tuple(fc.constant(tensor), fc.constant(axis), position, position);
    });
    forAll([cases], ([tensor, axis, a, b]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const actual = orThrow(host.slice(axis, from, to)(tensor));
      expect(actual.dtype).toBe(tensor.dtype);
      expectValues(actual, tensor.shape.with(axis, to - from), (index) =>
        at(tensor, index.with(axis, index[axis]! + from)),
      );
    });
  });

  test('concat', () => {
    const cases = withAxis.chain(([tensor, axis]) =>
      fc.tuple(fc.constant(tensor), fc.constant(axis), fc.array(fc.nat(3), { maxLength: 3 })),
    );
    forAll([cases], ([first, axis, sizes]) => {
      const all = [first, ...sizes.map((size) => tensorOf(first.dtype, first.shape.with(axis, size)))];
      const total = all.reduce((sum, { shape }) => sum + shape[axis]!, 0);
      const actual = orThrow(host.concat(axis)(all));
      expect(actual.dtype).toBe(first.dtype);
      expectValues(actual, first.shape.with(axis, total), (index) => {
        let position = index[axis]!;
        const holder = all.find(({ shape }) => {
          if (position < shape[axis]!) return true;
          position -= shape[axis]!;
          return false;
        });
        return at(holder!, index.with(axis, position));
      });
    });
  });

  test('split, which concat undoes', () => {
    const cases = fc.tuple(withAxis, fc.integer({ min: 1, max: 3 }));
    forAll([cases], ([[tensor, axis], count]) => {
      const size = tensor.shape[axis]!;
      const whole = tensorOf(tensor.dtype, tensor.shape.with(axis, size * count));
      const parts = orThrow(host.split(axis, count)(whole));
      expect(parts.map(({ shape }) => shape)).toEqual(Array(count).fill(tensor.shape));
      expect(orThrow(host.concat(axis)(parts))).toEqual(whole);
    });
  });

  test('reshape', () => {
    expect(orThrow(host.reshape([3, 2])(int32([2, 3], [1, 2, 3, 4, 5, 6])))).toEqual(int32([3, 2], [1, 2, 3, 4, 5, 6]));
    expect(orThrow(host.reshape([])(int32([1, 1], [4])))).toEqual(int32([], [4]));
  });
});

describe('invalid arguments are errors that say what is wrong', () => {
  const tensor = float32([2, 3], [1, 2, 3, 4, 5, 6]);

  test.each([
    ['transpose', host.transpose([0, 0])(tensor), 'transpose: expected a permutation of [0, 1], got [0, 0]'],
    ['too few axes', host.transpose([0])(tensor), 'transpose: expected a permutation of [0, 1], got [0]'],
    ['reshape', host.reshape([4, 2])(tensor), 'reshape: expected a shape of 6 numbers, got [4, 2]'],
    ['negative sizes', host.reshape([-2, -3])(tensor), 'reshape: expected a shape of 6 numbers, got [-2, -3]'],
    ['slice', host.slice(1, 2, 4)(tensor), 'slice: expected positions from 0 to 3, got 2 to 4'],
    ['backwards', host.slice(1, 2, 1)(tensor), 'slice: expected positions from 0 to 3, got 2 to 1'],
    ['no such axis', host.slice(2, 0, 1)(tensor), 'slice: expected an axis of [2, 3], from 0 to 1, got 2'],
    ['split', host.split(1, 2)(tensor), 'split: expected a number of parts that divides 3, got 2'],
    ['no parts', host.split(1, 0)(tensor), 'split: expected a number of parts that divides 3, got 0'],
    ['nothing', host.concat(0)([]), 'concat: expected one tensor or more, got none'],
    ['a negative axis', host.concat(-1)([tensor, tensor]), 'concat: expected an axis of [2, 3], from 0 to 1, got -1'],
    [
      'other sizes',
      host.concat(0)([tensor, float32([1, 2], [1, 2])]),
      'concat: expected tensors of the same type and size but for axis 0: float32 [3], got float32 [2]',
    ],
    [
      'other types',
      host.concat(0)([tensor, int32([1, 3], [1, 2, 3])]),
      'concat: expected tensors of the same type and size but for axis 0: float32 [3], got int32 [3]',
    ],
  ])('%s', (_, result, message) => {
    expect(left(result)).toMatchObject({ _tag: 'ShapeError', message });
  });
});
