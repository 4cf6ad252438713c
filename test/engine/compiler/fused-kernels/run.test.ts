import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileFusedKernel,
  type FusedKernel,
  loadFusedKernel,
} from '../../../../src/engine/compiler/fused-kernels/index.js';
import { builder } from '../../../../src/engine/compiler/graph/builder.js';
import type { Node } from '../../../../src/engine/compiler/graph/node.js';

/** A step of gradient descent with momentum: the decayed sum of old and new, and the parameter minus rate times that. */
const momentum = (length: number, decay = 0.5, made = builder()): FusedKernel => {
  const shape = [length];
  const [g, p, m] = [made.input(shape, 'float32'), made.input(shape, 'float32'), made.input(shape, 'float32')];
  const rate = made.input([], 'float32');
  const binary = (op: 'Add' | 'Subtract' | 'Multiply', a: Node, b: Node) => made.make({ op }, [a, b], shape, 'float32');
  const mean = binary('Multiply', binary('Add', g, m), made.splat(decay, [], 'float32'));
  const next = binary('Subtract', p, binary('Multiply', mean, rate));
  return compileFusedKernel({ outputs: [next, mean], arrays: [g, p, m], scalars: [rate] });
};

const LENGTH = 3 * 4096 + 7;
const numbers = (factor: number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) => factor * ((i % 64) - 20));
const run = loadFusedKernel(momentum(LENGTH));
/** Computed with numbers that float32 represents exactly. */
const expected = (rate: number, from = 0, to = LENGTH) => {
  const [g, p, m] = [numbers(4), numbers(1), numbers(2)] as const;
  const mean = m.map((value, i) => (i >= from && i < to ? (g[i]! + value) / 2 : value));
  return { p: p.map((value, i) => (i >= from && i < to ? value - mean[i]! * rate : value)), m: mean };
};

describe('a fused kernel', () => {
  test('computes all outputs for arrays longer than a chunk, and does not change its inputs', () => {
    const [g, p, m] = [numbers(4), numbers(1), numbers(2)] as const;
    const outputs = { p: new Float32Array(LENGTH), m: new Float32Array(LENGTH) };
    run([g, p, m], [0.25], [outputs.p, outputs.m]);
    expect(outputs).toEqual(expected(0.25));
    expect([g, p, m]).toEqual([numbers(4), numbers(1), numbers(2)]);
  });

  test('overwrites inputs that are also outputs', () => {
    const [g, p, m] = [numbers(4), numbers(1), numbers(2)] as const;
    run([g, p, m], [0.25], [p, m]);
    expect({ p, m }).toEqual(expected(0.25));
  });

  test('computes a range and writes nothing else; ranges concatenate to the whole', () => {
    fc.assert(
      fc.property(fc.nat(LENGTH), fc.nat(LENGTH), (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const [g, p, m] = [numbers(4), numbers(1), numbers(2)] as const;
        run([g, p, m], [0.25], [p, m], from, to);
        expect({ p, m }).toEqual(expected(0.25, from, to));
        run([g, p, m], [0.25], [p, m], 0, from);
        run([g, p, m], [0.25], [p, m], to);
        expect({ p, m }).toEqual(expected(0.25));
      }),
      { numRuns: 20 },
    );
  });

  test('works on shared memory, and after a transfer to another thread', () => {
    const shared = (values: Float32Array): Float32Array => {
      const array = new Float32Array(new SharedArrayBuffer(values.byteLength));
      array.set(values);
      return array;
    };
    const [g, p, m] = [shared(numbers(4)), shared(numbers(1)), shared(numbers(2))] as const;
    loadFusedKernel(structuredClone(momentum(LENGTH)))([g, p, m], [0.25], [p, m]);
    expect({ p: Float32Array.from(p), m: Float32Array.from(m) }).toEqual(expected(0.25));
  });

  test('does nothing to empty arrays', () => {
    const empty = new Float32Array(0);
    expect(() => run([empty, empty, empty], [1], [empty, empty])).not.toThrow();
  });
});

describe('a signature', () => {
  test('depends on the structure, not on the length or the order in which nodes were made', () => {
    const busy = builder();
    busy.make({ op: 'Negate' }, [busy.splat(0.5, [], 'float32')], [], 'float32');
    expect(momentum(12)).toEqual(momentum(40, 0.5, busy));
  });

  test('differs if constants or roles of arrays differ', () => {
    const graph = builder();
    const [x, y] = [graph.input([4], 'float32'), graph.input([4], 'float32')];
    const made = (value: number, a: Node, b: Node): FusedKernel => {
      const scaled = graph.make({ op: 'Multiply' }, [a, graph.splat(value, [], 'float32')], [4], 'float32');
      const outputs = [graph.make({ op: 'Subtract' }, [scaled, b], [4], 'float32')];
      return compileFusedKernel({ outputs, arrays: [x, y], scalars: [] });
    };
    const kernels = [made(0, x, y), made(-0, x, y), made(0, y, x), made(Number.NaN, x, y), made(1, x, y)];
    expect(new Set(kernels.map(({ signature }) => signature)).size).toBe(kernels.length);
    expect(new Set(kernels.map(({ bytes }) => bytes.join())).size).toBe(kernels.length);
  });
});
