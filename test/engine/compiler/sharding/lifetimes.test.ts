/** The arrays of a graph and how long they are in memory. */
import { describe, expect, test } from 'vitest';
import { builder } from '../../../../src/engine/compiler/graph/builder.js';
import { binary, unary } from '../../../../src/engine/compiler/graph/elementwise.js';
import { matMul } from '../../../../src/engine/compiler/graph/mat-mul.js';
import { reshape } from '../../../../src/engine/compiler/graph/movement.js';
import { lifetimes, peakOf } from '../../../../src/engine/compiler/sharding/lifetimes.js';

const make = builder();
const x = make.input([10, 10], 'float32');
const BYTES = 400;

describe('the peak', () => {
  test('an array is freed after its last use', () => {
    // a, then b from a, then c from b: never more than two at a time.
    const a = matMul(make, x, x, false, false);
    const b = matMul(make, a, x, false, false);
    const c = matMul(make, b, x, false, false);
    expect(peakOf(lifetimes({ outputs: [c] })).bytes).toBe(2 * BYTES);
    // Kept for the end, as for a backward pass.
    const d = matMul(make, c, a, false, false);
    expect(peakOf(lifetimes({ outputs: [d] })).bytes).toBe(3 * BYTES);
    expect(peakOf(lifetimes({ outputs: [d] })).arrays.map(({ node }) => node)).toContain(a);
  });

  test('outputs stay to the end, inputs are not counted', () => {
    const a = matMul(make, x, x, true, false);
    const b = matMul(make, x, x, false, true);
    expect(peakOf(lifetimes({ outputs: [a, b] })).bytes).toBe(2 * BYTES);
    expect(peakOf(lifetimes({ outputs: [x] })).bytes).toBe(0);
  });

  test('an elementwise operation writes over what nothing needs later, and a reshape makes nothing', () => {
    const a = matMul(make, x, x, false, false);
    const e = unary(make, 'Exp', reshape(make, a, [100]));
    expect(peakOf(lifetimes({ outputs: [e] })).bytes).toBe(BYTES);
    expect(peakOf(lifetimes({ outputs: [e, a] })).bytes).toBe(2 * BYTES);
    // An input belongs to the caller.
    expect(peakOf(lifetimes({ outputs: [unary(make, 'Exp', x)] })).bytes).toBe(BYTES);
  });

  test('it depends on the order', () => {
    const [a, b] = [matMul(make, x, x, false, false), matMul(make, x, x, true, true)];
    const [sumA, sumB] = [a, b].map((each) => matMul(make, each, make.input([10, 1], 'float32'), false, false)) as [
      typeof a,
      typeof a,
    ];
    const end = binary(make, 'Add', sumA, sumB);
    expect(peakOf(lifetimes({ outputs: [end] })).bytes).toBe(BYTES + 80);
    expect(peakOf(lifetimes({ outputs: [end] }, [a, b])).bytes).toBe(2 * BYTES + 40);
  });
});
