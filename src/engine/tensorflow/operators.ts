/**
 * The TensorFlow operators of each operation of the graph.
 *
 * @module
 */
import type { HostTensor } from '../../core/host-tensor.js';
import { elementAt } from '../compiler/graph/lookup.js';
import type { Node, NodeOf } from '../compiler/graph/node.js';
import { binaryOperator, reductionOperator, unaryOperator } from './operator-names.js';
import type { TensorValue } from './protobuf.js';
import { type Attributes, type Operator, operator, type Target } from './target.js';
import { windowsOperator } from './windows.js';

/** A constant; `inputs` are the nodes that it waits for. */
export const constant = (tensor: TensorValue, inputs: readonly string[] = []): Operator =>
  operator('Const', inputs, { dtype: { type: tensor.type }, value: { tensor } });

/** The bytes of an array, in place. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: HostTensor['data']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const directOperator = { ...unaryOperator, ...binaryOperator };

/** The operator that computes a node. An input has none. */
export const operatorOf = (target: Target, node: Node): Operator | undefined => {
  const { operation, shape, dtype } = node;
  const inputs = node.inputs.map(target.name);
  const { integers, scalar } = target;
  const T: Attributes = { T: { type: dtype } };
  const axis = (value: number): string => integers([value], []);
  switch (operation.op) {
    case 'Input':
      return undefined;
    case 'Splat':
      return constant({ type: dtype, shape, content: operation.value });
    case 'Data':
      return constant({ type: dtype, shape, content: bytesOf(operation.data) });
    case 'Select':
      return operator('SelectV2', inputs, T);
    case 'Cast':
      return operator('Cast', inputs, { SrcT: { type: elementAt(node.inputs, 0).dtype }, DstT: { type: dtype } });
    case 'Reshape':
      return operator('Reshape', [...inputs, integers(shape)], T);
    case 'Broadcast':
      return operator('BroadcastTo', [...inputs, integers(shape)], T);
    case 'Transpose':
      return operator('Transpose', [...inputs, integers(operation.permutation)], T);
    case 'Slice':
      return sliced(target, node, operation);
    case 'Pad': {
      const { before, after, value } = operation;
      const ends = before.flatMap((size, i) => [size, elementAt(after, i)]);
      return operator('PadV2', [...inputs, integers(ends, [before.length, 2]), scalar(value, dtype)], T);
    }
    case 'Concatenate':
      return operator('ConcatV2', [...inputs, axis(operation.axis)], { ...T, N: { int: inputs.length } });
    case 'Tile':
      return operator('Tile', [...inputs, integers(operation.repetitions)], T);
    case 'Reverse':
      return operator('ReverseV2', [...inputs, integers(operation.axes)], T);
    case 'Gather':
      return operator('GatherV2', [...inputs, axis(operation.axis)], {
        Tparams: { type: dtype },
        Tindices: { type: 'int32' },
        Taxis: { type: 'int32' },
      });
    case 'ReduceSum':
    case 'ReduceProduct':
    case 'ReduceMaximum':
    case 'ReduceMinimum':
      return operator(reductionOperator[operation.op], [...inputs, integers(operation.axes)], {
        ...T,
        keep_dims: { flag: true },
      });
    case 'ArgMaximum':
    case 'ArgMinimum':
      return operator(operation.op === 'ArgMaximum' ? 'ArgMax' : 'ArgMin', [...inputs, axis(operation.axis)], {
        T: { type: elementAt(node.inputs, 0).dtype },
        output_type: { type: 'int32' },
      });
    case 'CumulativeSum':
      return operator('Cumsum', [...inputs, axis(operation.axis)], {
        ...T,
        exclusive: { flag: operation.exclusive },
        reverse: { flag: operation.reverse },
      });
    case 'Softmax':
    case 'LogSoftmax':
      return operator(operation.op, inputs, T);
    case 'MatMul': {
      const [left, right] = [{ flag: operation.transposeA }, { flag: operation.transposeB }];
      return shape.length === 2
        ? operator('MatMul', inputs, { ...T, transpose_a: left, transpose_b: right })
        : operator('BatchMatMulV2', inputs, { ...T, adj_x: left, adj_y: right });
    }
    case 'Convolution':
    case 'TransposedConvolution':
    case 'MaximumPool':
    case 'MaximumPoolGradient':
      return windowsOperator(target, node);
    case 'TopValues':
    case 'TopPositions': {
      const top = operator('TopKV2', [...inputs, axis(operation.count)], {
        T: { type: elementAt(node.inputs, 0).dtype },
      });
      const result = operation.op === 'TopValues' ? '' : ':1';
      return operator('Identity', [`${target.step(top)}${result}`], T);
    }
    case 'Not':
    case 'And':
    case 'Or':
      return operator(operation.op === 'Not' ? unaryOperator.Not : binaryOperator[operation.op], inputs);
    case 'Divide':
      return operator(dtype === 'int32' ? 'TruncateDiv' : binaryOperator.Divide, inputs, T);
    case 'FloorModulo':
      return operator(
        binaryOperator.FloorModulo,
        [elementAt(inputs, 0), divisor(target, elementAt(node.inputs, 1))],
        T,
      );
    default:
      return operator(directOperator[operation.op], inputs, { T: { type: elementAt(node.inputs, 0).dtype } });
  }
};

const sliced = (
  { name, integers }: Target,
  { inputs, shape, dtype }: Node,
  { begin, steps }: NodeOf<'Slice'>['operation'],
): Operator => {
  const attributes: Attributes = { T: { type: dtype }, Index: { type: 'int32' } };
  const from = [...inputs.map(name), integers(begin)];
  if (steps.every((step) => step === 1)) return operator('Slice', [...from, integers(shape)], attributes);
  const ends = begin.map((first, axis) => first + (elementAt(shape, axis) - 1) * elementAt(steps, axis) + 1);
  return operator('StridedSlice', [...from, integers(ends), integers(steps)], attributes);
};

// An integer modulo zero is an error in TensorFlow. Here, as in the other emitter, it is zero.
const divisor = ({ name, scalar, step }: Target, node: Node): string => {
  if (node.dtype !== 'int32') return name(node);
  const T: Attributes = { T: { type: 'int32' } };
  const isZero = step(operator('Equal', [name(node), scalar(0, 'int32')], T));
  return step(operator('SelectV2', [isZero, scalar(1, 'int32'), name(node)], T));
};
