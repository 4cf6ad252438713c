/** Programs of tfjs operations at random, whose shapes always fit. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';

// An instruction computes a value from earlier ones, given by index. Indices wrap, so every program is valid.
export type Instruction = (values: readonly tf.Tensor[]) => tf.Tensor;

const small = fc.integer({ min: 0, max: 100 });
const constants = fc.constantFrom(-2, -1, 0, 0.5, 1, 3);
const at = <T>(list: readonly T[], i: number): T => list[i % list.length]!;

const unaries = [tf.neg, tf.square, tf.relu, tf.tanh, tf.abs] as const;
const withConstants = [
  (x: tf.Tensor, c: number) => tf.add(x, c),
  (x: tf.Tensor, c: number) => tf.sub(x, c),
  (x: tf.Tensor, c: number) => tf.sub(c, x),
  (x: tf.Tensor, c: number) => tf.mul(c, x),
  (x: tf.Tensor, c: number) => tf.div(x, c === 0 ? 4 : c),
  (x: tf.Tensor, c: number) => tf.pow(tf.add(tf.abs(x), 0.5), c),
  (x: tf.Tensor, c: number) => tf.add(x, tf.fill([2, ...x.shape], c)),
] as const;
const binaries = [
  tf.add,
  tf.sub,
  tf.mul,
  tf.maximum,
  (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.less(a, b), a, b),
] as const;

const permutation = (rank: number, seed: number): number[] =>
  Array.from({ length: rank }, (_, i) => i).sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5) || a - b);

const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  fc.tuple(small, small).map(
    ([i, op]): Instruction =>
      (v) =>
        at(unaries, op)(at(v, i)),
  ),
  fc.tuple(small, small, constants).map(
    ([i, op, c]): Instruction =>
      (v) =>
        at(withConstants, op)(at(v, i), c),
  ),
  fc.tuple(small, small, small).map(
    ([i, j, op]): Instruction =>
      (v) => {
        const [a, b] = [at(v, i), at(v, j)];
        // Sums of whole axes always fit.
        const fits =
          a.shape.length === b.shape.length &&
          a.shape.every((size, axis) => size === b.shape[axis] || size === 1 || b.shape[axis] === 1);
        return at(binaries, op)(a, fits ? b : tf.mean(b));
      },
  ),
  fc.tuple(small, small).map(
    ([i, seed]): Instruction =>
      (v) =>
        tf.transpose(at(v, i), permutation(at(v, i).shape.length, seed)),
  ),
  fc.tuple(small, small).map(
    ([i, axis]): Instruction =>
      (v) =>
        tf.expandDims(at(v, i), axis % (at(v, i).shape.length + 1)),
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        tf.reshape(at(v, i), [-1]),
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        tf.squeeze(at(v, i)),
  ),
  fc.tuple(small, small, fc.boolean()).map(
    ([i, axis, keep]): Instruction =>
      (v) => {
        const x = at(v, i);
        return x.shape.length === 0 ? x : tf.mean(x, axis % x.shape.length, keep);
      },
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        tf.max(at(v, i), 0 < at(v, i).shape.length ? [0] : []),
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        tf.broadcastTo(at(v, i), [2, ...at(v, i).shape]),
  ),
  fc.tuple(small, fc.boolean(), fc.boolean()).map(
    ([i, a, b]): Instruction =>
      (v) => {
        const x = at(v, i);
        if (x.shape.length < 2) return tf.neg(x);
        const swap = Array.from(x.shape, (_, axis) => axis);
        const swapped = tf.transpose(x, [...swap.slice(0, -2), swap.at(-1)!, swap.at(-2)!]);
        return tf.mul(a ? tf.matMul(x, x, b, !b) : tf.matMul(b ? x : swapped, b ? swapped : x), 0.25);
      },
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        at(v, i).shape.length === 0 ? at(v, i) : tf.slice(at(v, i), 0, 1),
  ),
  small.map(
    (i): Instruction =>
      (v) =>
        at(v, i).shape.length === 0 ? at(v, i) : tf.concat([at(v, i), tf.neg(at(v, i))], 0),
  ),
);

/** All values that a program computes from two tensors. */
export const run =
  (program: readonly Instruction[]) =>
  ({ x, y }: { readonly x: tf.Tensor; readonly y: tf.Tensor }) =>
    program.reduce<readonly tf.Tensor[]>(
      (values, next) => {
        const made = next(values);
        // Programs that double their values at every step would only be slow.
        return made.size > 2000 || made.shape.length > 5 ? values : values.concat(tf.tanh(made), made);
      },
      [x, y],
    );

export const randomProgram = fc.array(instruction, { minLength: 1, maxLength: 14 });
