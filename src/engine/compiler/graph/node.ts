/**
 * The intermediate graph: what a traced function computes, free of tfjs's habits and of any runtime's, so that an
 * emitter has one small language to translate. Shapes are static and broadcasting follows NumPy, from the last axis on.
 *
 * @module
 */
import type { DType, HostTensor } from '../../../core/host-tensor.js';

/** Element by element, one input. On float32, except `Absolute`, `Negate`, `Sign` (numbers) and `Not` (bool). */
export type Unary =
  | 'Absolute'
  | 'ArcCosine'
  | 'ArcSine'
  | 'ArcTangent'
  | 'Ceiling'
  | 'Cosine'
  | 'Erf'
  | 'Exp'
  | 'Floor'
  | 'HyperbolicArcCosine'
  | 'HyperbolicArcSine'
  | 'HyperbolicArcTangent'
  | 'HyperbolicCosine'
  | 'HyperbolicSine'
  | 'IsNan'
  | 'Log'
  | 'Negate'
  | 'Not'
  | 'Reciprocal'
  | 'Relu'
  | 'Round'
  | 'Sigmoid'
  | 'Sign'
  | 'Sine'
  | 'Softplus'
  | 'SquareRoot'
  | 'Tangent'
  | 'Tanh';

/** Element by element, two numbers of one type. `FloorModulo` has the sign of the divisor. */
export type Arithmetic = 'Add' | 'Subtract' | 'Multiply' | 'Divide' | 'FloorModulo' | 'Power' | 'Maximum' | 'Minimum';

/** Element by element; the answer is bool. */
export type Comparison = 'Equal' | 'Less' | 'LessOrEqual' | 'Greater' | 'GreaterOrEqual' | 'And' | 'Or';

export type Binary = Arithmetic | Comparison;

export type Reduction = 'ReduceSum' | 'ReduceProduct' | 'ReduceMaximum' | 'ReduceMinimum';

/** What a node does with its inputs; its shape and type say the rest. */
export type Operation =
  | { readonly op: 'Input' }
  /** Every element is `value`; never materialised. */
  | { readonly op: 'Splat'; readonly value: number }
  | { readonly op: 'Data'; readonly data: HostTensor['data'] }
  | { readonly op: Unary | Binary }
  /** Condition, then, else. */
  | { readonly op: 'Select' }
  | { readonly op: 'Cast' }
  | { readonly op: 'Reshape' }
  | { readonly op: 'Broadcast' }
  | { readonly op: 'Transpose'; readonly permutation: readonly number[] }
  | { readonly op: 'Slice'; readonly begin: readonly number[] }
  | {
      readonly op: 'Pad';
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly value: number;
    }
  | { readonly op: 'Concatenate'; readonly axis: number }
  | { readonly op: 'Tile'; readonly repetitions: readonly number[] }
  | { readonly op: 'Reverse'; readonly axes: readonly number[] }
  /** Data, int32 indices. */
  | { readonly op: 'Gather'; readonly axis: number }
  /** The reduced axes stay, with size 1. */
  | { readonly op: Reduction; readonly axes: readonly number[] }
  /** The first of the greatest, as int32; the axis goes. */
  | { readonly op: 'ArgMaximum' | 'ArgMinimum'; readonly axis: number }
  | { readonly op: 'CumulativeSum'; readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean }
  /** Over the last axis. */
  | { readonly op: 'Softmax' | 'LogSoftmax' }
  /** Over the last two axes; the ones before broadcast. */
  | { readonly op: 'MatMul'; readonly transposeA: boolean; readonly transposeB: boolean };

export interface Node {
  /** Nodes are numbered as they are made: inputs come before what uses them. */
  readonly id: number;
  readonly operation: Operation;
  readonly inputs: readonly Node[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** The value that every element of a node is known to have. */
export const splatValue = (node: Node): number | undefined =>
  node.operation.op === 'Splat' ? node.operation.value : undefined;

export const isOp = <O extends Operation['op']>(
  node: Node,
  op: O,
): node is Node & { readonly operation: Extract<Operation, { readonly op: O }> } => node.operation.op === op;

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);
