/**
 * The TensorFlow operators of what moves a window over images. On a CPU, TensorFlow has them for channels-last images only, so
 * they stand between transposes; its optimizer drops those that cancel.
 *
 * @module
 */
import { elementAt } from '../compiler/graph/lookup.js';
import { isOp, type Node, type NodeOf, type Windows } from '../compiler/graph/node.js';
import { type Attributes, type Operator, operator, type Target } from './target.js';

const T: Attributes = { T: { type: 'float32' } };

const attributesOf = ({ strides, before, after }: Windows): Attributes => ({
  ...T,
  strides: { ints: [1, ...strides, 1] },
  padding: { text: 'EXPLICIT' },
  explicit_paddings: { ints: [0, 0, ...[0, 1].flatMap((i) => [elementAt(before, i), elementAt(after, i)]), 0, 0] },
});

/** The operator that computes a convolution or a pooling. */
export const windowsOperator = (target: Target, node: Node): Operator => {
  const { name, integers, step } = target;
  const transposed = (input: string, permutation: readonly number[]): Operator =>
    operator('Transpose', [input, integers(permutation)], T);
  const channelsLast = (input: Node): string => step(transposed(name(input), [0, 2, 3, 1]));
  const channelsFirst = (made: Operator): Operator => transposed(step(made), [0, 3, 1, 2]);
  if (isOp(node, 'MaximumPool') || isOp(node, 'MaximumPoolGradient')) {
    const attributes = { ...attributesOf(node.operation), ksize: { ints: [1, ...node.operation.size, 1] } };
    const images = channelsLast(elementAt(node.inputs, 0));
    const pool = operator('MaxPool', [images], attributes);
    if (isOp(node, 'MaximumPool')) return channelsFirst(pool);
    const operands = [images, step(pool), channelsLast(elementAt(node.inputs, 1))];
    return channelsFirst(operator('MaxPoolGrad', operands, attributes));
  }
  if (isOp(node, 'Convolution')) {
    const [images, weights] = node.inputs;
    const filter = step(transposed(name(weights), [2, 3, 1, 0]));
    return channelsFirst(operator('Conv2D', [channelsLast(images), filter], withDilations(node.operation)));
  }
  if (isOp(node, 'TransposedConvolution')) return channelsFirst(transposedConvolution(target, node, channelsLast));
  throw new Error(`bug in the TensorFlow emitter: ${node.operation.op} moves no window`);
};

const withDilations = (windows: Windows): Attributes => ({
  ...attributesOf(windows),
  dilations: { ints: [1, ...windows.dilations, 1] },
});

const transposedConvolution = (
  { name, integers, step }: Target,
  { operation, inputs: [dy, weights], shape }: NodeOf<'TransposedConvolution'>,
  channelsLast: (input: Node) => string,
): Operator => {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = shape;
  const sizes = integers([batch, rows, columns, channels]);
  const filter = step(operator('Transpose', [name(weights), integers([2, 3, 1, 0])], T));
  return operator('Conv2DBackpropInput', [sizes, filter, channelsLast(dy)], withDilations(operation));
};
