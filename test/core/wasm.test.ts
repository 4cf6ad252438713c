import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { f32, f32x4, i32, i32x4, repeatWhile, v128 } from '../../src/core/wasm/code.js';
import { wasmFunction } from '../../src/core/wasm/function.js';
import { instantiate } from '../../src/core/wasm/instantiate.js';
import { DATA_START, PAGE, wasmModule } from '../../src/core/wasm/module.js';
import { forAll } from './harness.js';

const address = i32.constant(DATA_START);

describe('a module', () => {
  test('encodes integers of every size', () => {
    forAll([fc.oneof(fc.integer(), fc.integer({ min: -70, max: 70 }))], (n) => {
      const store = wasmFunction('store', [], () => [v128.store(address, 16, i32x4.splat(i32.constant(n)))]);
      const { memory, ...exports } = instantiate<'store'>(wasmModule(1, [store]))!;
      exports.store();
      expect(Array.from(new Int32Array(memory.buffer, DATA_START + 12, 5))).toEqual([0, n, n, n, n]);
    });
  });

  test('encodes every float32', () => {
    forAll([fc.float()], (x) => {
      const store = wasmFunction('store', [], () => [v128.store(address, 0, f32x4.splat(f32.constant(x)))]);
      const { memory, ...exports } = instantiate<'store'>(wasmModule(1, [store]))!;
      exports.store();
      expect(new Float32Array(memory.buffer, DATA_START, 4)).toEqual(new Float32Array(4).fill(x));
    });
  });

  test('exports functions by name, with parameters and any number of local variables', () => {
    const sum = (name: string, count: number) =>
      wasmFunction(name, ['f32', 'i32'], ([x, times], local) => {
        const vectors = Array.from({ length: count }, () => local('v128'));
        const counter = local('i32');
        return [
          ...vectors.map((vector) => vector.set(f32x4.splat(x.get))),
          repeatWhile(i32.less(counter.get, times.get), [
            ...vectors.slice(1).map((vector, i) => vector.set(f32x4.add(vector.get, vectors[i]!.get))),
            counter.set(i32.add(counter.get, i32.constant(1))),
          ]),
          v128.store(address, 0, vectors.at(-1)!.get),
        ];
      });
    const { memory, ...sums } = instantiate<'of two' | 'of two hundred'>(
      wasmModule(2, [sum('of two', 2), sum('of two hundred', 200)]),
    )!;
    expect(memory.buffer.byteLength).toBe(2 * PAGE);
    const result = new Float32Array(memory.buffer, DATA_START, 1);
    sums['of two'](1.5, 3);
    expect(result[0]).toBe(1.5 * 4);
    sums['of two hundred'](0.5, 1);
    expect(result[0]).toBe(0.5 * 200);
  });

  test('is not instantiated if the platform lacks its instructions', () => {
    const unknown = { type: 'nothing', bytes: [0xfd, 0xff, 0x7f] } as const;
    expect(instantiate(wasmModule(1, [wasmFunction('f', [], () => [unknown])]))).toBeUndefined();
  });
});
