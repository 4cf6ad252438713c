/**
 * The intermediate representation: what a traced function computes, independent of tfjs and of any runtime, so that an
 * emitter has one small language to translate. Shapes are static. Broadcasting follows NumPy and aligns the last axes.
 *
 * @module
 */
import type { DType, HostTensor } from '../../../core/host-tensor.js';

/** Elementwise, one input: float32, or also int32 for `Absolute`, `Negate` and `Sign`, and bool for `Not`. */
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

/** Elementwise, two numbers of one type. The result of `FloorModulo` has the sign of the divisor. */
export type Arithmetic = 'Add' | 'Subtract' | 'Multiply' | 'Divide' | 'FloorModulo' | 'Power' | 'Maximum' | 'Minimum';

/** Elementwise; the result is bool. */
export type Comparison = 'Equal' | 'Less' | 'LessOrEqual' | 'Greater' | 'GreaterOrEqual' | 'And' | 'Or';

export type Binary = Arithmetic | Comparison;

export type Reduction = 'ReduceSum' | 'ReduceProduct' | 'ReduceMaximum' | 'ReduceMinimum';

/** How a window moves over the rows and the columns of images; each pair is for rows, columns. */
export interface Windows {
  readonly strides: readonly [number, number];
  /** The distance between neighbouring elements of the window. */
  readonly dilations: readonly [number, number];
  /** Rows and columns added before and after an image: zeros for a convolution, nothing for a maximum. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** What a node does with its inputs. The output shape and type are those of the node. */
export type Operation =
  | { readonly op: 'Input' }
  /** Every element is `value`; never materialized. */
  | { readonly op: 'Splat'; readonly value: number }
  | { readonly op: 'Data'; readonly data: HostTensor['data'] }
  | { readonly op: Unary | Binary }
  /** Inputs: condition, then, else. */
  | { readonly op: 'Select' }
  | { readonly op: 'Cast' }
  | { readonly op: 'Reshape' }
  | { readonly op: 'Broadcast' }
  | { readonly op: 'Transpose'; readonly permutation: readonly number[] }
  /** Every `steps`-th element from `begin` on; the shape says how many. */
  | { readonly op: 'Slice'; readonly begin: readonly number[]; readonly steps: readonly number[] }
  | {
      readonly op: 'Pad';
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly value: number;
    }
  | { readonly op: 'Concatenate'; readonly axis: number }
  | { readonly op: 'Tile'; readonly repetitions: readonly number[] }
  | { readonly op: 'Reverse'; readonly axes: readonly number[] }
  /** Inputs: data, int32 indices. */
  | { readonly op: 'Gather'; readonly axis: number }
  /** The reduced axes remain, with size 1. */
  | { readonly op: Reduction; readonly axes: readonly number[] }
  /** The position of the first maximum or minimum, as int32; the axis is removed. */
  | { readonly op: 'ArgMaximum' | 'ArgMinimum'; readonly axis: number }
  | { readonly op: 'CumulativeSum'; readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean }
  /** Over the last axis. */
  | { readonly op: 'Softmax' | 'LogSoftmax' }
  /** Over the last two axes; leading axes broadcast. */
  | { readonly op: 'MatMul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /**
   * Images are channels-first: `[batch, channel, row, column]`. Inputs: images, weights `[out, in / groups, row, column]`; the number of
   * groups follows. The transposed one, the gradient of one group with respect to the images, takes the gradient of its result, and the
   * same weights.
   */
  | ({ readonly op: 'Convolution' | 'TransposedConvolution' } & Windows)
  /** Inputs: channels-first images. */
  | ({ readonly op: 'MaximumPool'; readonly size: readonly [number, number] } & Windows)
  /** Inputs: the images, the gradient of the result. The first maximum of a window receives it. */
  | ({ readonly op: 'MaximumPoolGradient'; readonly size: readonly [number, number] } & Windows)
  /** The `count` largest of the last axis in falling order, or the positions of these as int32; the first of equals first. */
  | { readonly op: 'TopValues' | 'TopPositions'; readonly count: number };

export interface Node {
  /** Nodes are numbered in order of creation: inputs have smaller numbers than their users. */
  readonly id: number;
  readonly operation: Operation;
  readonly inputs: readonly Node[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** The inputs that an operation takes. */
export type Inputs<Op extends Operation['op']> = Op extends 'Input' | 'Splat' | 'Data'
  ? readonly []
  : Op extends Binary | 'MatMul' | 'Gather' | 'Convolution' | 'TransposedConvolution' | 'MaximumPoolGradient'
    ? readonly [Node, Node]
    : Op extends 'Select'
      ? readonly [Node, Node, Node]
      : Op extends 'Concatenate'
        ? readonly Node[]
        : readonly [Node];

type OperationOf<Op, O extends Operation = Operation> = O extends Operation ? (Op extends O['op'] ? O : never) : never;

/** A node with a known operation. */
export interface NodeOf<Op extends Operation['op']> extends Node {
  readonly operation: OperationOf<Op>;
  readonly inputs: Inputs<Op>;
}

// Holds because only a builder makes nodes, and its `make` takes the inputs that belong to the operation.
export const isOp = <Op extends Operation['op']>(node: Node, op: Op): node is NodeOf<Op> => node.operation.op === op;

/** The number of groups of channels that a convolution keeps apart. */
export const groupsOf = ({ inputs: [images, weights] }: NodeOf<'Convolution'>): number =>
  (images.shape[1] ?? 1) / (weights.shape[1] ?? 1);

/** The value that every element of a node is known to have. */
export const splatValue = (node: Node): number | undefined => (isOp(node, 'Splat') ? node.operation.value : undefined);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);
