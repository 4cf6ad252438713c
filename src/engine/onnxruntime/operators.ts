/**
 * The ONNX operators of each operation of the graph.
 *
 * @module
 */
import type { DType } from '../../core/host-tensor.js';
import { elementAt } from '../compiler/graph/lookup.js';
import { isOp, type Node, type NodeOf } from '../compiler/graph/node.js';
import { binaryOperator, reductionOperator, unaryOperator } from './operator-names.js';
import type { Attribute } from './protobuf.js';
import type { AddOptions, Target } from './target.js';
import { writeTop } from './top.js';
import { writeWindows } from './windows.js';

const castTo: Readonly<Record<DType, number>> = { float32: 1, int32: 6, bool: 9 };

// The end of an ONNX slice is exclusive: to include element 0 going backwards, the end must be before the first element.
const BEFORE_THE_FIRST = -(2 ** 31);

const flag = (value: boolean): Attribute => ({ int: value ? 1 : 0 });

const directOperator = { ...unaryOperator, ...binaryOperator };

/** Writes a node that is neither an input nor a constant. */
export const writeNode = (target: Target, node: Node): void => {
  const { operation } = node;
  const inputs = node.inputs.map(target.name);
  const { add, integers, scalar } = target;
  switch (operation.op) {
    case 'Input':
    case 'Splat':
    case 'Data':
      return;
    case 'Select':
      add('Where', inputs);
      return;
    case 'Cast':
      add('Cast', inputs, { attributes: { to: { int: castTo[node.dtype] } } });
      return;
    case 'Reshape':
      // By default a size of 0 stands for that of the input.
      add('Reshape', [...inputs, integers(node.shape)], {
        attributes: node.shape.includes(0) ? { allowzero: flag(true) } : {},
      });
      return;
    case 'Broadcast':
      add('Expand', [...inputs, integers(node.shape)]);
      return;
    case 'Transpose':
      add('Transpose', inputs, { attributes: { perm: { ints: operation.permutation } } });
      return;
    case 'Slice': {
      const { begin, steps } = operation;
      const ends = begin.map((first, axis) => first + (elementAt(node.shape, axis) - 1) * elementAt(steps, axis) + 1);
      const isWhole = (axis: number) => node.shape[axis] === node.inputs[0]?.shape[axis] && steps[axis] === 1;
      const cut = [...begin.keys()].filter((axis) => !isWhole(axis));
      const along = (values: readonly number[]) => integers(cut.map((axis) => elementAt(values, axis)));
      const strided = steps.some((step) => step !== 1) ? [along(steps)] : [];
      add('Slice', [...inputs, along(begin), along(ends), integers(cut), ...strided]);
      return;
    }
    case 'Pad':
      add('Pad', [...inputs, integers([...operation.before, ...operation.after]), scalar(operation.value, node.dtype)]);
      return;
    case 'Concatenate':
      add('Concat', inputs, { attributes: { axis: { int: operation.axis } } });
      return;
    case 'Tile':
      add('Tile', [...inputs, integers(operation.repetitions)]);
      return;
    case 'Reverse': {
      const all = (value: number) => integers(operation.axes.map(() => value));
      add('Slice', [...inputs, all(-1), all(BEFORE_THE_FIRST), integers(operation.axes), all(-1)]);
      return;
    }
    case 'Gather':
      add('Gather', inputs, { attributes: { axis: { int: operation.axis } } });
      return;
    case 'ReduceSum':
    case 'ReduceProduct':
    case 'ReduceMaximum':
    case 'ReduceMinimum':
      writeReduction(target, reductionOperator[operation.op], elementAt(inputs, 0), operation.axes, true);
      return;
    case 'ArgMaximum':
    case 'ArgMinimum': {
      const attributes = { axis: { int: operation.axis }, keepdims: { int: 0 } };
      const operator = operation.op === 'ArgMaximum' ? 'ArgMax' : 'ArgMin';
      const position = add(operator, inputs, { attributes, step: true });
      add('Cast', [position], { attributes: { to: { int: castTo.int32 } } });
      return;
    }
    case 'CumulativeSum':
      add('CumSum', [...inputs, scalar(operation.axis, 'int32')], {
        attributes: { exclusive: flag(operation.exclusive), reverse: flag(operation.reverse) },
      });
      return;
    case 'Softmax':
    case 'LogSoftmax':
      add(operation.op, inputs, { attributes: { axis: { int: -1 } } });
      return;
    case 'MatMul':
      if (isOp(node, 'MatMul')) writeMatMul(target, node);
      return;
    case 'Convolution':
    case 'TransposedConvolution':
    case 'MaximumPool':
    case 'MaximumPoolGradient':
      writeWindows(target, node);
      return;
    case 'TopValues':
    case 'TopPositions':
      writeTop(target, node);
      return;
    case 'FloorModulo':
      if (isOp(node, 'FloorModulo')) writeFloorModulo(target, node);
      return;
    default:
      add(directOperator[operation.op], inputs);
  }
};

const writeMatMul = (target: Target, { operation, inputs: [a, b] }: NodeOf<'MatMul'>): void => {
  const names = [target.name(a), target.name(b)];
  const transposed = [operation.transposeA, operation.transposeB];
  if (a.shape.length === 2 && b.shape.length === 2) writeProduct(target, names, transposed);
  else if (transposed.includes(true) && !target.portable)
    target.add('FusedMatMul', names, { ...transposes(transposed), contributed: true });
  else {
    const operand = ({ shape }: Node, i: number): string =>
      transposed[i] === true ? writeTransposed(target, elementAt(names, i), shape.length) : elementAt(names, i);
    target.add('MatMul', [a, b].map(operand));
  }
};

const writeTransposed = (target: Target, name: string, rank: number): string => {
  const perm = [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];
  return target.add('Transpose', [name], { attributes: { perm: { ints: perm } }, step: true });
};

const transposes = ([transposeA, transposeB]: readonly boolean[]): AddOptions => ({
  attributes: { transA: flag(transposeA === true), transB: flag(transposeB === true) },
});

/** Writes the product of two matrices; a third operand is added to it. */
export const writeProduct = (
  target: Target,
  operands: readonly string[],
  transposed: readonly boolean[],
  options: AddOptions = {},
): string => target.add('Gemm', operands, { ...transposes(transposed), ...options });

/** Writes a reduction; `keep` keeps the reduced axes, with size 1. */
export const writeReduction = (
  { add, integers }: Target,
  operator: string,
  input: string,
  axes: readonly number[],
  keep: boolean,
): void => {
  add(operator, [input, integers(axes)], { attributes: { keepdims: flag(keep) } });
};

// ONNX has a floor modulo for integers only, and dividing by zero ends the process. For floats it has the fmod of C.
const writeFloorModulo = (target: Target, { inputs, dtype }: NodeOf<'FloorModulo'>): void => {
  const { add, name, scalar } = target;
  const [x, y] = [name(inputs[0]), name(inputs[1])];
  const zero = scalar(0, dtype);
  if (dtype === 'int32') {
    const isZero = add('Equal', [y, zero], { step: true });
    const divisor = add('Where', [isZero, scalar(1, dtype), y], { step: true });
    add('Mod', [x, divisor]);
    return;
  }
  const remainder = add('Mod', [x, y], { attributes: { fmod: { int: 1 } }, step: true });
  const product = add('Mul', [remainder, y], { step: true });
  const differs = add('Less', [product, zero], { step: true });
  const raised = add('Add', [remainder, y], { step: true });
  add('Where', [differs, raised, remainder]);
};
