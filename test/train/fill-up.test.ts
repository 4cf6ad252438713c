import { expect, test } from 'vitest';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { examplesIn, fillUp } from '../../src/train/fill-up.js';

const batch = { input: float32([2, 2], [1, 2, 3, 4]), target: int32([2], [7, 8]) };

test('the examples of a batch are those of all of its tensors, else none', () => {
  expect(examplesIn(batch)).toBe(2);
  expect(examplesIn({ ...batch, target: int32([3], [7, 8, 9]) })).toBe(0);
  expect(examplesIn({ ...batch, rate: float32([], [1]) })).toBe(0);
  expect(examplesIn({})).toBe(0);
});

test('a batch is filled up with its last example', () => {
  expect(fillUp(2, 4)(batch)).toEqual({
    input: float32([4, 2], [1, 2, 3, 4, 3, 4, 3, 4]),
    target: int32([4], [7, 8, 8, 8]),
  });
});
