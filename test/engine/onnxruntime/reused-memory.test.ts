/** Memory that is used again: of what is loaded into the engine, and of what worker threads copy. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { filled, float32, int32 } from '../../../src/core/host-tensor.js';
import { jit } from '../../../src/engine/onnxruntime/jit.js';
import { loadedMemory } from '../../../src/engine/onnxruntime/loaded-memory.js';
import { threadMemory } from '../../../src/engine/onnxruntime/workers/thread-memory.js';
import { right } from '../engines.js';

// 1 MB and more is in shared memory.
const LARGE = [500, 600];

describe('of what is loaded', () => {
  test('is that of an array of the same size that was taken back', () => {
    const memory = loadedMemory();
    const first = memory.copyOf(filled(LARGE, 1));
    const other = memory.copyOf(filled(LARGE, 2));
    expect(other.buffer).not.toBe(first.buffer);
    memory.give(first);
    memory.give(first);
    const [second, third] = [memory.copyOf(filled(LARGE, 3)), memory.copyOf(filled(LARGE, 4))];
    expect(second.buffer).toBe(first.buffer);
    expect(third.buffer).not.toBe(first.buffer);
    expect(second).not.toBe(first);
    expect([second[0], second.at(-1), other[0], third[0]]).toEqual([3, 3, 2, 4]);
  });

  test('is not that of an array that somebody else refers to, of another size, or that was made elsewhere', () => {
    const memory = loadedMemory();
    const first = memory.copyOf(filled(LARGE, 1));
    memory.letGo(first);
    memory.give(first);
    memory.give(new Float32Array(new SharedArrayBuffer(first.byteLength)));
    memory.give(memory.copyOf(filled([500, 601], 1)));
    expect(memory.copyOf(filled(LARGE, 2)).buffer).not.toBe(first.buffer);
    expect(first[0]).toBe(1);
    const second = memory.copyOf(filled(LARGE, 2));
    memory.give(second);
    memory.clear();
    expect(memory.copyOf(filled(LARGE, 3)).buffer).not.toBe(second.buffer);
  });

  test('a lent tensor is the memory of the engine, and holds after its value is disposed', async () => {
    const engine = await right(jit({ threads: 1 }));
    const value = engine.fromHost(filled(LARGE, 1));
    const copy = await right(engine.toHost(value));
    const lent = await right(engine.toHost(value, { lend: true }));
    expect(lent.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(copy.data.buffer).not.toBe(lent.data.buffer);
    engine.dispose(value);
    // Its disposal comes in turn.
    await right(
      engine.compile(({ x }: { readonly x: tf.Tensor }) => tf.neg(x))(engine.fromHost({ x: float32([1], [1]) })),
    );
    await right(engine.toHost(engine.fromHost(filled(LARGE, 2))));
    expect(lent).toEqual(copy);
  });
});

describe('of a worker thread', () => {
  test('is the copy of a forgotten array of the same size and type', () => {
    const memory = threadMemory();
    memory.share(1, Float32Array.of(1, 2));
    const copy = memory.copyOf({ id: 1, version: 0 });
    memory.forget(1);
    memory.share(2, Int32Array.of(3, 4));
    memory.share(3, Float32Array.of(5, 6));
    expect(memory.copyOf({ id: 2, version: 0 })).toEqual(Int32Array.of(3, 4));
    expect(memory.copyOf({ id: 3, version: 0 })).toBe(copy);
    expect(copy).toEqual(Float32Array.of(5, 6));
    memory.forget(3);
    memory.tidy();
    memory.share(4, Float32Array.of(7, 8));
    expect(memory.copyOf({ id: 4, version: 0 })).not.toBe(copy);
  });

  test('is overwritten by each use of a slot, whatever its type and length', () => {
    const memory = threadMemory();
    const large = memory.scratch('input 0', 'float32', 3);
    const small = memory.scratch('input 0', 'int32', 2);
    expect([small.buffer, small.length, small.constructor]).toEqual([large.buffer, 2, Int32Array]);
    const larger = memory.scratch('input 0', 'float32', 4);
    expect([larger.buffer === large.buffer, larger.length]).toEqual([false, 4]);
    expect(memory.scratch('input 0', 'bool', 16).buffer).toBe(larger.buffer);
    expect(memory.scratch('input 1', 'float32', 1).buffer).not.toBe(larger.buffer);
  });
});

test('a compiled function that is disposed is compiled again, also while a call runs', async () => {
  const engine = await right(jit({ threads: 2, dividedFrom: 0 }));
  let traced = 0;
  const compiled = engine.compile(({ x }: { readonly x: tf.Tensor2D }) => {
    traced++;
    return tf.matMul(x, x, false, true);
  });
  const args = engine.fromHost({ x: filled([4, 3], 2) });
  const running = compiled(args)();
  engine.dispose(compiled);
  const next = await right(compiled(args));
  const tasks = [next, await right(() => running)];
  for (const value of tasks) expect((await right(engine.toHost(value))).data).toEqual(new Float32Array(16).fill(12));
  expect(traced).toBe(2);
  engine.dispose([args, compiled, int32]);
});
