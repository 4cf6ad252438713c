/**
 * The ONNX operators of what moves a window over images.
 *
 * @module
 */
import { sizeOf } from '../../core/axes.js';
import { elementAt } from '../compiler/graph/lookup.js';
import { groupsOf, isOp, type Node, type NodeOf, type Windows } from '../compiler/graph/node.js';
import type { Attribute } from './protobuf.js';
import type { Target } from './target.js';

export const attributesOf = ({ strides, dilations, before, after }: Windows): Readonly<Record<string, Attribute>> => ({
  strides: { ints: strides },
  dilations: { ints: dilations },
  pads: { ints: [...before, ...after] },
});

/** Writes a convolution or a pooling. */
export const writeWindows = (target: Target, node: Node): void => {
  const { add, name } = target;
  if (isOp(node, 'Convolution')) {
    const attributes = { ...attributesOf(node.operation), group: { int: groupsOf(node) } };
    add('Conv', node.inputs.map(name), { attributes });
  } else if (isOp(node, 'TransposedConvolution')) {
    const attributes = { ...attributesOf(node.operation), output_padding: { ints: missed(node) } };
    add('ConvTranspose', node.inputs.map(name), { attributes });
  } else if (isOp(node, 'MaximumPool')) {
    const attributes = { ...attributesOf(node.operation), kernel_shape: { ints: node.operation.size } };
    add('MaxPool', node.inputs.map(name), { attributes });
  } else if (isOp(node, 'MaximumPoolGradient')) writeMaximumPoolGradient(target, node);
};

// The rows and columns at the end of the images that no window reaches.
const missed = ({ operation, inputs, shape }: NodeOf<'TransposedConvolution'>): readonly number[] => {
  const [dy, weights] = inputs;
  return operation.strides.map((stride, i) => {
    const reach = (elementAt(weights.shape, i + 2) - 1) * elementAt(operation.dilations, i) + 1;
    const covered = (elementAt(dy.shape, i + 2) - 1) * stride + reach;
    return elementAt(shape, i + 2) + elementAt(operation.before, i) + elementAt(operation.after, i) - covered;
  });
};

// The runtime's positions of the maxima count from the first element of the whole array; of equal maxima it takes the first.
const writeMaximumPoolGradient = (
  { add, name, integers, scalar }: Target,
  { operation, inputs: [x, dy], shape }: NodeOf<'MaximumPoolGradient'>,
): void => {
  const attributes = { ...attributesOf(operation), kernel_shape: { ints: operation.size } };
  const flat = (input: string): string => add('Reshape', [input, integers([-1])], { step: true });
  const positions = flat(add('MaxPool', [name(x)], { attributes, step: true, unused: 'before' }));
  const zeros = add('Expand', [scalar(0, 'float32'), integers([sizeOf(shape)])], { step: true });
  const reduction = { axis: { int: 0 }, reduction: { text: 'add' } };
  const sums = add('ScatterElements', [zeros, positions, flat(name(dy))], { attributes: reduction, step: true });
  add('Reshape', [sums, integers(shape)]);
};
