/**
 * The operations of the graph on vectors of four elements. A bool is a mask: all ones for true, zeros for false.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { DType } from '../../../core/host-tensor.js';
import { type Expression, f32, f32x4, i32, i32x4, v128 } from '../../../core/wasm/code.js';
import { isOp, type Node, type Operation } from '../graph/node.js';

export type Vector = Expression<'v128'>;

/** A number or a bool in every lane. */
export const constantVector = (value: number, dtype: DType): Vector =>
  dtype === 'bool' ? i32x4.splat(i32.constant(value === 0 ? 0 : -1)) : f32x4.splat(f32.constant(value));

const zero = constantVector(0, 'float32');
const one = constantVector(1, 'float32');

const same = (x: Vector): Vector => x;

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
  // These leave the order of elements in memory unchanged.
  Reshape: same,
  Broadcast: same,
};

/** A number as a bool: whether it is not zero. */
export const truthOf = (x: Vector): Vector => f32x4.notEqual(x, zero);

const numberOf = (x: Vector): Vector => v128.and(x, one);

const hasElementwiseShapes = ({ inputs, shape }: Node): boolean =>
  inputs.every((input) => [1, sizeOf(shape)].includes(sizeOf(input.shape)));

/** How to compute a node from the vectors of its inputs; `undefined` if it is not elementwise. */
export const formulaOf = (node: Node): ((...inputs: readonly Vector[]) => Vector) | undefined => {
  const { operation, inputs, dtype } = node;
  if ([node, ...inputs].some((each) => each.dtype === 'int32') || !hasElementwiseShapes(node)) return undefined;
  if (!isOp(node, 'Cast')) return formulas[operation.op];
  if (node.inputs[0].dtype === dtype) return same;
  return dtype === 'bool' ? truthOf : numberOf;
};

/** Whether a fused kernel can compute a node: element by element, from arrays of its size and from single numbers. */
export const isElementwise = (node: Node): boolean => formulaOf(node) !== undefined;
