/**
 * What the operations of the graph are on vectors. Truth is a mask: all ones where it holds, else zeros.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { DType } from '../../../core/host-tensor.js';
import { type Expression, f32, f32x4, i32, i32x4, v128 } from '../../../core/wasm/code.js';
import type { Node, Operation } from '../graph/node.js';

export type Vector = Expression<'v128'>;

/** Every lane this number, or this truth. */
export const constantVector = (value: number, dtype: DType): Vector =>
  dtype === 'bool' ? i32x4.splat(i32.constant(value === 0 ? 0 : -1)) : f32x4.splat(f32.constant(value));

const zero = constantVector(0, 'float32');
const one = constantVector(1, 'float32');

const same = (x: Vector): Vector => x;

/** From the vectors of the inputs, one for each. */
const formulas: Partial<Readonly<Record<Operation['op'], (a: Vector, b: Vector, c: Vector) => Vector>>> = {
  Add: f32x4.add,
  Subtract: f32x4.subtract,
  Multiply: f32x4.multiply,
  Divide: f32x4.divide,
  Maximum: f32x4.maximum,
  Minimum: f32x4.minimum,
  Equal: f32x4.equal,
  Less: f32x4.less,
  LessOrEqual: f32x4.lessOrEqual,
  Greater: f32x4.greater,
  GreaterOrEqual: f32x4.greaterOrEqual,
  And: v128.and,
  Or: v128.or,
  Not: v128.not,
  Absolute: f32x4.absolute,
  Negate: f32x4.negate,
  SquareRoot: f32x4.squareRoot,
  Reciprocal: (x) => f32x4.divide(one, x),
  Relu: (x) => f32x4.maximum(x, zero),
  Ceiling: f32x4.ceiling,
  Floor: f32x4.floor,
  IsNan: (x) => f32x4.notEqual(x, x),
  Select: v128.select,
  // Nothing to do where elements stand one after the other.
  Reshape: same,
  Broadcast: same,
};

/** A number as a truth: whether it is not zero. */
export const truthOf = (x: Vector): Vector => f32x4.notEqual(x, zero);

const numberOf = (x: Vector): Vector => v128.and(x, one);

/** What a node is on vectors; nothing if it must be computed otherwise. */
export const formulaOf = ({
  operation,
  inputs,
  dtype,
}: Node): ((...inputs: readonly Vector[]) => Vector) | undefined => {
  if ([dtype, ...inputs.map((input) => input.dtype)].includes('int32')) return undefined;
  const [input] = inputs;
  if (operation.op === 'Cast') return input!.dtype === dtype ? same : dtype === 'bool' ? truthOf : numberOf;
  return formulas[operation.op] as (...inputs: readonly Vector[]) => Vector;
};

/** Whether a kernel can compute this node from its inputs: element by element, and from single numbers. */
export const isElementwise = (node: Node): boolean =>
  formulaOf(node) !== undefined && node.inputs.every(({ shape }) => [1, sizeOf(node.shape)].includes(sizeOf(shape)));
