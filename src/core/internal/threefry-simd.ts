/**
 * Threefry-2x32-20 in WebAssembly: four counters at a time in the lanes of a vector, and four vectors interleaved.
 *
 * @module
 */
import { GROUPS, PARITY, rotationsOf } from '../threefry.js';
import { type Expression, i8x16, i16x8, i32, i32x4, repeatWhile, v128 } from '../wasm/code.js';
import { type Local, type WasmFunction, wasmFunction } from '../wasm/function.js';
import { instantiate } from '../wasm/instantiate.js';
import { DATA_START, wasmModule } from '../wasm/module.js';
import { type BlockGenerator, MAX_BLOCKS } from './threefry-plain.js';

type Vector = Expression<'v128'>;

const LANES = [0, 1, 2, 3];

// Interleaving hides the latency of instructions: on AMD Zen 3, 4 vectors make 0.79 billion words per second and 1 makes 0.42.
// 8 make 0.65, since there are too few registers. `npm run bench -- random` measures the current rate.
const INTERLEAVED = [0, 1, 2, 3];

const rotateLeft = (x: Vector, by: number): Vector =>
  v128.or(i32x4.shiftLeft(x, i32.constant(by)), i32x4.shiftRight(x, i32.constant(32 - by)));

// The words of four blocks in the order of the stream: x₀ y₀ x₁ y₁, then x₂ y₂ x₃ y₃.
const FRONT = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const BACK = FRONT.map((position) => position + 8);

/** Turns the words of four blocks into the vectors to write. */
type Finish = (front: Vector, back: Vector, settings: readonly Vector[]) => readonly Vector[];

/** `name(key, key, first, end, ...settings)` writes from DATA_START to `end` or some blocks further. */
const generate = (name: string, settings: readonly 'i32'[], finish: Finish): WasmFunction =>
  wasmFunction(name, ['i32', 'i32', 'i32', 'i32', ...settings], ([k0, k1, first, end, ...given], local) => {
    const address = local('i32');
    // The counters of the next vector, plus the first word of the key: each block starts with this sum.
    const counter = local('v128');
    const four = local('v128');
    const set = given.map((setting) => ({ setting, vector: local('v128') }));
    const [a, b, c] = [local('v128'), local('v128'), local('v128')];
    const schedule = (i: number): Local<'v128'> => [a, b, c][i % 3]!;
    const shifted = Array.from({ length: GROUPS }, () => local('v128'));
    const blocks = INTERLEAVED.map(() => ({ x: local('v128'), y: local('v128') }));
    const start = blocks.flatMap(({ x, y }) => [
      x.set(counter.get),
      y.set(b.get),
      counter.set(i32x4.add(counter.get, four.get)),
    ]);
    const groups = shifted.flatMap((next, group) => [
      ...rotationsOf(group).flatMap((by) => [
        ...blocks.map(({ x, y }) => x.set(i32x4.add(x.get, y.get))),
        ...blocks.map(({ x, y }) => y.set(v128.xor(rotateLeft(y.get, by), x.get))),
      ]),
      ...blocks.map(({ x }) => x.set(i32x4.add(x.get, schedule(group + 1).get))),
      ...blocks.map(({ y }) => y.set(i32x4.add(y.get, next.get))),
    ]);
    const results = blocks.flatMap(({ x, y }) =>
      finish(
        v128.shuffle(x.get, y.get, FRONT),
        v128.shuffle(x.get, y.get, BACK),
        set.map(({ vector }) => vector.get),
      ),
    );
    return [
      address.set(i32.constant(DATA_START)),
      ...set.map(({ setting, vector }) => vector.set(i32x4.splat(setting.get))),
      a.set(i32x4.splat(k0.get)),
      counter.set(i32x4.add(i32x4.add(i32x4.splat(first.get), i32x4.lanes(LANES)), a.get)),
      four.set(i32x4.splat(i32.constant(LANES.length))),
      b.set(i32x4.splat(k1.get)),
      c.set(v128.xor(v128.xor(a.get, b.get), i32x4.splat(i32.constant(PARITY)))),
      ...shifted.map((next, group) =>
        next.set(i32x4.add(schedule(group + 2).get, i32x4.splat(i32.constant(group + 1)))),
      ),
      repeatWhile(i32.less(address.get, end.get), [
        ...start,
        ...groups,
        ...results.map((vector, i) => v128.store(address.get, 16 * i, vector)),
        address.set(i32.add(address.get, i32.constant(16 * results.length))),
      ]),
    ];
  });

const threefryModule = (): Uint8Array<ArrayBuffer> =>
  wasmModule(1, [
    generate('bits', [], (front, back) => [front, back]),
    generate('bernoulli', ['i32', 'i32'], (front, back, [highest, one]) => [
      v128.and(i8x16.narrow(i16x8.lessOrEqual(front, highest!), i16x8.lessOrEqual(back, highest!)), one!),
    ]),
  ]);

/** The generator in WebAssembly, for this thread; `undefined` if SIMD is missing. */
export const simdGenerator = (): BlockGenerator | undefined => {
  const exports = instantiate<'bits' | 'bernoulli'>(threefryModule());
  if (exports === undefined) return undefined;
  const { memory, bits, bernoulli } = exports;
  const words = new Uint32Array(memory.buffer, DATA_START, 2 * MAX_BLOCKS);
  const bytes = new Uint8Array(memory.buffer, DATA_START, 4 * MAX_BLOCKS);
  return {
    bits: ([k0, k1], first, blocks) => {
      bits(k0, k1, first, DATA_START + 8 * blocks);
      return words;
    },
    // Below the threshold means at most the threshold minus one. Nothing is below 0.
    bernoulli: ([k0, k1], first, blocks, threshold) => {
      const highest = Math.min(threshold - 1, 0xffff);
      bernoulli(k0, k1, first, DATA_START + 4 * blocks, highest * 0x10001, threshold > 0 ? 0x01010101 : 0);
      return bytes;
    },
  };
};
