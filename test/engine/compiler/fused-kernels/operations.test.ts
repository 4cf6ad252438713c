import '../../../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileFusedKernel,
  isElementwise,
  loadFusedKernel,
} from '../../../../src/engine/compiler/fused-kernels/index.js';
import { builder } from '../../../../src/engine/compiler/graph/builder.js';
import type { Binary, Node, Operation, Unary } from '../../../../src/engine/compiler/graph/node.js';
import { arithmetic, comparisons, firstDifference, unaries, valuesOf } from './reference.js';

const SPECIAL = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, 1e-45, 3e38, -3e38, 8388609, 1e10];
const VALUES = [...SPECIAL, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** All pairs of special values. */
const PAIRS = VALUES.flatMap((a) => VALUES.map((b) => [a, b] as const));
const [LEFT, RIGHT] = [0, 1].map((i) => Float32Array.from(PAIRS, (pair) => pair[i]!)) as [Float32Array, Float32Array];

const graph = builder();
const shape = [PAIRS.length];
const [x, y] = [graph.input(shape, 'float32'), graph.input(shape, 'float32')];
const number = (node: Node): Node => graph.make({ op: 'Cast' }, [node], node.shape, 'float32');
const compare = (op: Binary, a: Node, b: Node): Node => graph.make({ op }, [a, b], shape, 'bool');

/** Expects that a kernel computes what tfjs does, bit by bit. */
const expectAsTfjs = (output: Node): void => {
  const run = loadFusedKernel(compileFusedKernel({ outputs: [output], arrays: [x, y], scalars: [] }));
  const actual = new Float32Array(PAIRS.length);
  run([LEFT, RIGHT], [], [actual]);
  const [expected] = valuesOf([output], new Map([x, y].map((node, i) => [node, tf.tensor1d([LEFT, RIGHT][i]!)])));
  expect(firstDifference(actual, expected!)).toBeUndefined();
};

describe('each operation computes what tfjs does, bit by bit', () => {
  test.each(Object.keys(unaries).filter((op) => op !== 'IsNan'))('%s', (op) => {
    expectAsTfjs(graph.make({ op: op as Unary }, [x], shape, 'float32'));
  });
  test.each(Object.keys(arithmetic))('%s', (op) => {
    expectAsTfjs(graph.make({ op: op as Binary }, [x, y], shape, 'float32'));
  });
  test.each(Object.keys(comparisons))('%s, as a number and as a condition', (op) => {
    const condition = compare(op as Binary, x, y);
    expectAsTfjs(number(condition));
    expectAsTfjs(graph.make({ op: 'Select' }, [condition, y, x], shape, 'float32'));
  });
  test('IsNan and operations on bool values', () => {
    const nan = graph.make({ op: 'IsNan' }, [x], shape, 'bool');
    const less = compare('Less', x, y);
    expectAsTfjs(number(nan));
    expectAsTfjs(number(graph.make({ op: 'Not' }, [nan], shape, 'bool')));
    expectAsTfjs(
      number(graph.make({ op: 'And' }, [less, graph.make({ op: 'Not' }, [nan], shape, 'bool')], shape, 'bool')),
    );
    expectAsTfjs(number(graph.make({ op: 'Or' }, [less, nan], shape, 'bool')));
    expectAsTfjs(number(graph.make({ op: 'Cast' }, [x], shape, 'bool')));
    const always = graph.splat(1, shape, 'bool');
    expectAsTfjs(number(graph.make({ op: 'And' }, [less, always], shape, 'bool')));
  });
  test('a broadcast scalar, and a reshape', () => {
    const half = graph.make({ op: 'Broadcast' }, [graph.splat(0.5, [1], 'float32')], shape, 'float32');
    const rows = [PAIRS.length / 2, 2];
    const arranged = (node: Node) => graph.make({ op: 'Reshape' }, [node], rows, 'float32');
    expectAsTfjs(graph.make({ op: 'Multiply' }, [x, half], shape, 'float32'));
    expectAsTfjs(graph.make({ op: 'Add' }, [arranged(x), arranged(y)], rows, 'float32'));
  });
});

test('random compositions compute what tfjs does, bit by bit', () => {
  const step = fc.record({
    op: fc.constantFrom(...Object.keys(unaries).filter((op) => op !== 'IsNan'), ...Object.keys(arithmetic), 'Select'),
    from: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
  });
  const constant = fc.constantFrom(...VALUES);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), constant, fc.float(), (steps, value, scalar) => {
      const one = graph.input([], 'float32');
      const nodes: Node[] = [x, y, graph.splat(value, [], 'float32'), one];
      for (const { op, from } of steps) {
        const [a, b, c] = from.map((position) => nodes[position % nodes.length]!) as [Node, Node, Node];
        const inputs = op in unaries ? [a] : op in arithmetic ? [a, b] : [compare('Less', a, b), c, x];
        const size = inputs.some((input) => input.shape.length === 1) ? shape : [];
        nodes.push(graph.make({ op } as Operation, inputs, size, 'float32'));
      }
      // Outputs must be arrays, so each result is added to one.
      const outputs = nodes.slice(4).map((node) => graph.make({ op: 'Add' }, [node, x], shape, 'float32'));
      const run = loadFusedKernel(compileFusedKernel({ outputs, arrays: [x, y], scalars: [one] }));
      const actual = outputs.map(() => new Float32Array(PAIRS.length));
      run([LEFT, RIGHT], [scalar], actual);
      const given = new Map([
        [x, tf.tensor1d(LEFT)],
        [y, tf.tensor1d(RIGHT)],
        [one, tf.scalar(scalar)],
      ] as [Node, tf.Tensor][]);
      valuesOf(outputs, given).forEach((expected, i) => {
        expect(firstDifference(actual[i]!, expected)).toBeUndefined();
      });
    }),
    { numRuns: 60 },
  );
});

describe('operations that are not elementwise are rejected', () => {
  const matrix = graph.input([2, 3], 'float32');
  const vector = graph.input([3], 'float32');
  const whole = graph.input([2, 3], 'int32');
  test.each<readonly [string, Node]>([
    ['a reduction', graph.make({ op: 'ReduceSum', axes: [0] }, [matrix], [1, 3], 'float32')],
    ['a transpose', graph.make({ op: 'Transpose', permutation: [1, 0] }, [matrix], [3, 2], 'float32')],
    ['a function without an instruction', graph.make({ op: 'Exp' }, [matrix], [2, 3], 'float32')],
    ['integers', graph.make({ op: 'Add' }, [whole, whole], [2, 3], 'int32')],
    ['a cast of integers', graph.make({ op: 'Cast' }, [whole], [2, 3], 'float32')],
    ['rows that broadcast', graph.make({ op: 'Add' }, [matrix, vector], [2, 3], 'float32')],
    ['a broadcast of several numbers', graph.make({ op: 'Broadcast' }, [vector], [2, 3], 'float32')],
  ])('%s', (_, node) => {
    expect(isElementwise(node)).toBe(false);
    expect(() => compileFusedKernel({ outputs: [node], arrays: node.inputs, scalars: [] })).toThrow(/elementwise/);
  });

  test('elementwise operations are accepted', () => {
    const scalar = graph.input([1, 1], 'float32');
    expect(isElementwise(graph.make({ op: 'Multiply' }, [matrix, scalar], [2, 3], 'float32'))).toBe(true);
    expect(isElementwise(graph.make({ op: 'Broadcast' }, [scalar], [2, 3], 'float32'))).toBe(true);
  });
});
