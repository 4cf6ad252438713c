/** Pure functions as ONNX files: their inputs and outputs, and what cannot be exported. */
import '../../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import * as v from '../../../src/index.js';
import { left, right } from '../../data/fixtures.js';
import { contentsOf } from './contents.js';
import { runOnnx } from './run-onnx.js';

const { tf } = v;
const rows = { axes: ['batch', 'feature'], sizes: [1, 3] } as const;
const factor = v.float32([3], [1, 10, 100]);

test('several inputs and outputs have their names and types; bytes reach the function as float32', async () => {
  const exported = right(
    v.exportFunction(
      (params: { readonly 'a/b': v.Tensor }, { bytes, keep, unused }) => ({
        scaled: tf.mul(bytes, params['a/b']),
        deep: { kept: tf.where(keep, bytes, tf.zerosLike(bytes)), whole: tf.cast(bytes, 'int32') },
        same: unused,
      }),
      { 'a/b': factor },
      { inputs: { bytes: { ...rows, type: 'uint8' }, keep: { ...rows, type: 'bool' }, unused: rows } },
    ),
  );
  expect(exported.inputs).toEqual([
    { name: 'bytes', type: 'uint8', shape: ['batch', 3] },
    { name: 'keep', type: 'bool', shape: ['batch', 3] },
    { name: 'unused', type: 'float32', shape: ['batch', 3] },
  ]);
  expect(exported.outputs.map(({ name, type }) => [name, type])).toEqual([
    ['scaled', 'float32'],
    ['deep/kept', 'float32'],
    ['deep/whole', 'int32'],
    ['same', 'float32'],
  ]);
  expect(contentsOf(exported.bytes).constants).toContainEqual(['a~1b', 'float32']);
  const given = {
    bytes: { shape: [2, 3], data: Uint8Array.of(0, 1, 255, 3, 4, 5) },
    keep: { shape: [2, 3], data: Uint8Array.of(1, 0, 1, 0, 1, 0) },
    unused: v.float32([2, 3], [1, 2, 3, 4, 5, 6]),
  };
  const results = await runOnnx(exported, given);
  expect(results.map(({ data }) => Array.from(data))).toEqual([
    [0, 10, 25_500, 3, 40, 500],
    [0, 0, 255, 0, 4, 0],
    [0, 1, 255, 3, 4, 5],
    [1, 2, 3, 4, 5, 6],
  ]);
});

test('shapes that depend on the batch in any way are computed', async () => {
  const f = (_: unknown, { x }: { readonly x: v.Tensor }) => {
    const [size = 0] = x.shape;
    const padded = tf.concat([x, tf.ones([2, 3])], 0);
    return {
      padded,
      flat: tf.reshape(x, [size * 3]),
      twice: tf.reshape(tf.tile(x, [2, 1]), [2, size, 3]),
      last: tf.slice(x, [size - 1, 0], [1, 3]),
    };
  };
  const exported = right(v.exportFunction(f, {}, { inputs: { x: rows } }));
  for (const size of [1, 2, 17, 40]) {
    const x = Float32Array.from({ length: 3 * size }, (_, i) => i);
    const [padded, flat, twice, last] = await runOnnx(exported, { x: v.float32([size, 3], x) });
    expect(padded?.shape).toEqual([size + 2, 3]);
    expect(flat?.data).toEqual(x);
    expect(twice?.shape).toEqual([2, size, 3]);
    expect(twice?.data).toEqual(Float32Array.from([...x, ...x]));
    expect(last?.data).toEqual(x.slice(-3));
  }
});

test('an axis may have a size that was traced with', async () => {
  const square = { axes: ['batch', 'row', 'column'], sizes: [1, 13, 13] } as const;
  const f = (held: { readonly p: v.Tensor<readonly string[]> }, { x }: { readonly x: v.Tensor }) => {
    const [size = 0] = x.shape;
    const product = tf.matMul(tf.mul(x, held.p), x, false, true);
    return tf.concat([tf.sum(product, 1), tf.reshape(tf.transpose(product, [2, 0, 1]), [size, 169])], 1);
  };
  const p = v.float32(
    [13],
    Float32Array.from({ length: 13 }, (_, i) => i / 13),
  );
  const exported = right(v.exportFunction(f, { p }, { inputs: { x: square } }));
  const engine = await v.orThrow(v.eager('cpu'));
  const apply = engine.compile(({ p, x }: { readonly p: v.Tensor; readonly x: v.Tensor }) => f({ p }, { x }));
  for (const size of [2, 13]) {
    const x = v.drawOnHost(v.key(size), { kind: 'uniform' }, [size, 13, 13]);
    const expected = right(
      await engine.toHost(right(await apply({ p: engine.fromHost(p), x: engine.fromHost(x) })()))(),
    );
    const [output] = await runOnnx(exported, { x });
    expect(output?.shape).toEqual([size, 182]);
    for (const [i, value] of expected.data.entries()) expect(output?.data[i]).toBeCloseTo(value, 4);
  }
});

test('an input without a batch axis has a fixed size', async () => {
  const x = { axes: ['row', 'column'], sizes: [2, 3] } as const;
  const exported = right(
    v.exportFunction((_: unknown, given) => tf.matMul(given.x, given.x, true), {}, { inputs: { x } }),
  );
  expect(exported.outputs).toEqual([{ name: 'output', type: 'float32', shape: [3, 3] }]);
  const [product] = await runOnnx(exported, { x: v.float32([2, 3], [1, 2, 3, 4, 5, 6]) });
  expect(Array.from(product?.data ?? [])).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
});

describe('is refused:', () => {
  const messageOf = (result: Parameters<typeof left<{ readonly message: string }>>[0]) => left(result).message;

  test('a number that depends on the size of the batch', () => {
    const f = (_: unknown, { x }: { readonly x: v.Tensor }) => tf.div(x, x.shape[0] ?? 1);
    expect(messageOf(v.exportFunction(f, {}, { inputs: { x: rows } }))).toMatch(
      /the size of the batch cannot be free: Mul .* takes another number, 0.0769.* and 0.0009.*, for 13 images/,
    );
  });

  test('another computation for other sizes of batch', () => {
    const f = (_: unknown, { x }: { readonly x: v.Tensor }) => ((x.shape[0] ?? 0) > 100 ? tf.exp(x) : tf.abs(x));
    expect(messageOf(v.exportFunction(f, {}, { inputs: { x: rows } }))).toMatch(
      /computes something else for 13 images than for 1013/,
    );
  });

  test('random numbers for each example', () => {
    const model = v.dropout(0.5);
    const f = (_: unknown, { x }: { readonly x: v.Tensor }) => model.apply({}, x, v.training(v.key(1)));
    expect(messageOf(v.exportFunction(f, {}, { inputs: { x: rows } }))).toMatch(
      /takes a constant of another shape, \[13,3\] and \[1013,3\]/,
    );
  });

  test('names that clash', () => {
    const f = (held: { readonly x: v.Tensor }, { x }: { readonly x: v.Tensor }) => tf.mul(x, held.x);
    expect(messageOf(v.exportFunction(f, { x: factor }, { inputs: { x: rows } }))).toMatch(/have the name 'x': rename/);
  });

  test('parameters with too few numbers, and inputs without a name, with sizes that are none, or with two batch axes', () => {
    const f = (held: { readonly p: v.Tensor }) => held.p;
    const p = v.float32([3], [1, 2]);
    expect(messageOf(v.exportFunction(f, { p }, { inputs: {} }))).toMatch(/the parameter p /);
    const given = { p: factor };
    expect(messageOf(v.exportFunction(f, given, { inputs: { '': rows } }))).toMatch(/expected a name/);
    const half = { axes: ['batch'], sizes: [0.5] };
    expect(messageOf(v.exportFunction(f, given, { inputs: { half } }))).toMatch(
      /whole numbers, 0 or more, got \[0.5\]/,
    );
    const short = { axes: ['batch', 'row'], sizes: [1] };
    expect(messageOf(v.exportFunction(f, given, { inputs: { short } }))).toMatch(/a size for each of 2 axes, got 1/);
    const twice = { axes: ['batch', 'batch'], sizes: [1, 1] };
    expect(messageOf(v.exportFunction(f, given, { inputs: { twice } }))).toMatch(/one batch axis, got several/);
  });
});
