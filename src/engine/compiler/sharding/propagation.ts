/**
 * Sharding propagation: how a node is sharded, given how its inputs are. A node is _split_ along an axis that enumerates the
 * images of the batch if each image's entries depend on the same image's entries of the inputs only. It is a _partial sum_
 * if it is a sum over images, so that the sums of all shards add up to it.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { elementAt } from '../graph/lookup.js';
import { isOp, type Node, type NodeOf } from '../graph/node.js';

/** Split along this axis, a partial sum over images, or replicated: the same in all shards. */
export type Sharding = number | 'partial-sum' | 'replicated';

export interface PropagationContext {
  readonly batch: number;
  readonly shardingOf: (node: Node) => Sharding;
  /** Whether a slice of a replicated node along this axis is available. */
  readonly canSlice: (node: Node, axis: number) => boolean;
}

/** The sharding of a node, some of whose inputs are not replicated; `undefined` if it needs the whole batch. */
export const propagate = (node: Node, context: PropagationContext): Sharding | undefined => {
  const { batch, shardingOf } = context;
  if (node.inputs.some((input) => shardingOf(input) === 'partial-sum')) {
    return isLinear(node, shardingOf) ? 'partial-sum' : undefined;
  }
  if (isSumOverImages(node, context)) return 'partial-sum';
  const axis = axisOf(node, context);
  return axis !== undefined && elementAt(node.shape, axis) % batch === 0 ? axis : undefined;
};

/** The axis along which a replicated input must be sliced for a sharded node; `undefined` if all shards use all of it. */
export const sliceAxis = (node: Node, position: number, sharding: Sharding): number | undefined => {
  const { shape } = node;
  const input = elementAt(node.inputs, position);
  if (isOp(node, 'Gather') || isOp(node, 'Convolution') || isOp(node, 'TransposedConvolution')) return undefined;
  if (isOp(node, 'MatMul')) {
    const { transposeA, transposeB } = node.operation;
    if (sharding === 'partial-sum') return contractedAxis(input, position === 0 ? !transposeA : transposeB);
    if (typeof sharding === 'number' && sharding >= shape.length - 2) return undefined;
  }
  if (typeof sharding !== 'number') return undefined;
  const axis = sharding - (shape.length - input.shape.length);
  return axis >= 0 && input.shape[axis] === shape[sharding] && shape[sharding] !== 1 ? axis : undefined;
};

/** The shape of a split node for some images of the batch. */
export const shardShape = (shape: readonly number[], axis: number, batch: number, images: number): readonly number[] =>
  shape.with(axis, (elementAt(shape, axis) / batch) * images);

// f(a + b) = f(a) + f(b). Scaling is left to the remainder: it would add one more result to those that are combined.
const isLinear = ({ operation, inputs }: Node, shardingOf: PropagationContext['shardingOf']): boolean =>
  ['Reshape', 'Transpose', 'Slice', 'ReduceSum', 'Add', 'Subtract', 'Concatenate'].includes(operation.op) &&
  inputs.every((input) => shardingOf(input) === 'partial-sum');

const isSumOverImages = (node: Node, { shardingOf, canSlice }: PropagationContext): boolean => {
  if (isOp(node, 'ReduceSum')) {
    const axis = shardingOf(node.inputs[0]);
    return typeof axis === 'number' && node.operation.axes.includes(axis);
  }
  if (!isOp(node, 'MatMul')) return false;
  const [left, right] = node.inputs;
  const contractions = [
    [left, contractedAxis(left, !node.operation.transposeA)],
    [right, contractedAxis(right, node.operation.transposeB)],
  ] as const;
  const isSplit = contractions.map(([factor, axis]) => shardingOf(factor) === axis);
  const isSliced = contractions.map(([factor, axis]) => shardingOf(factor) === 'replicated' && canSlice(factor, axis));
  return isSplit.includes(true) && isSplit.every((split, i) => split || isSliced[i]);
};

// The axis of a factor over which a product sums.
const contractedAxis = ({ shape }: Node, last: boolean): number => shape.length - (last ? 1 : 2);

/** Whether an input is the same for all images, or enumerates them along the axis where `node` does. */
const fits = (input: Node, node: Node, axis: number, { shardingOf, canSlice }: PropagationContext): boolean => {
  const inputAxis = axis - (node.shape.length - input.shape.length);
  const sharding = shardingOf(input);
  if (typeof sharding === 'number') return sharding === inputAxis && input.shape[inputAxis] === node.shape[axis];
  return inputAxis < 0 || input.shape[inputAxis] === 1 || canSlice(input, inputAxis);
};

// The axis along which a node is split, given the shardings of its inputs; `undefined` if it cannot be.
const axisOf = (node: Node, context: PropagationContext): number | undefined => {
  const { operation, inputs, shape } = node;
  const [first] = inputs;
  if (first === undefined) return undefined;
  if (isOp(node, 'MatMul')) return productAxis(node, context);
  if (isOp(node, 'Gather')) return gatherAxis(node, context);
  const axis = context.shardingOf(first);
  const axisIf = (isUntouched: (axis: number) => boolean): number | undefined =>
    typeof axis === 'number' && isUntouched(axis) ? axis : undefined;
  switch (operation.op) {
    case 'Reshape':
      return typeof axis === 'number' ? reshapedAxis(first.shape, axis, shape, context.batch) : undefined;
    case 'Transpose':
      return typeof axis === 'number' ? operation.permutation.indexOf(axis) : undefined;
    case 'Slice':
      return axisIf((at) => operation.begin[at] === 0 && shape[at] === first.shape[at]);
    case 'Pad':
      return axisIf((at) => operation.before[at] === 0 && operation.after[at] === 0);
    case 'Tile':
      return axisIf((at) => operation.repetitions[at] === 1);
    case 'Reverse':
      return axisIf((at) => !operation.axes.includes(at));
    case 'ReduceSum':
    case 'ReduceProduct':
    case 'ReduceMaximum':
    case 'ReduceMinimum':
      return axisIf((at) => !operation.axes.includes(at));
    case 'ArgMaximum':
    case 'ArgMinimum':
      return axisIf((at) => at < operation.axis);
    case 'CumulativeSum':
      return axisIf((at) => at !== operation.axis);
    case 'Softmax':
    case 'LogSoftmax':
    case 'TopValues':
    case 'TopPositions':
      return axisIf((at) => at < shape.length - 1);
    case 'MaximumPool':
      return axisIf((at) => at === 0);
    case 'MaximumPoolGradient':
      return axisIf((at) => at === 0 && inputs.every((input) => context.shardingOf(input) === 0));
    case 'Convolution':
    case 'TransposedConvolution': {
      const weights = elementAt(inputs, 1);
      if (context.shardingOf(weights) === 'replicated') return axisIf((at) => at === 0);
      // Each image has groups of its own.
      const groups = elementAt(first.shape, 1) / elementAt(weights.shape, 1);
      return axisIf((at) => at === 1 && context.shardingOf(weights) === 0 && groups % context.batch === 0);
    }
    default: {
      const found = splitAxis(node, context);
      const along = operation.op === 'Concatenate' ? operation.axis : undefined;
      return found !== along && found !== undefined && inputs.every((input) => fits(input, node, found, context))
        ? found
        : undefined;
    }
  }
};

// Where the first split input has its images, counted in the axes of the node.
const splitAxis = ({ inputs, shape }: Node, { shardingOf }: PropagationContext): number | undefined => {
  for (const input of inputs) {
    const axis = shardingOf(input);
    if (typeof axis === 'number') return axis + shape.length - input.shape.length;
  }
  return undefined;
};

// The axis with as many elements before it as `axis` had, if it still divides into images.
const reshapedAxis = (
  from: readonly number[],
  axis: number,
  to: readonly number[],
  batch: number,
): number | undefined => {
  const before = sizeOf(from.slice(0, axis));
  const found = to.findIndex((size, at) => size > 1 && sizeOf(to.slice(0, at)) === before);
  return found >= 0 && elementAt(to, found) % batch === 0 ? found : undefined;
};

// One entry for each index of a split list, or the same entries of each image.
const gatherAxis = ({ operation, inputs }: NodeOf<'Gather'>, { shardingOf }: PropagationContext) => {
  const [data, indices] = inputs.map(shardingOf);
  if (indices === 0 && operation.axis === 0 && data === 'replicated') return 0;
  return typeof data === 'number' && data < operation.axis && indices === 'replicated' ? data : undefined;
};

const productAxis = (node: NodeOf<'MatMul'>, context: PropagationContext): number | undefined => {
  const { transposeA, transposeB } = node.operation;
  const [left, right] = node.inputs;
  const [leftAxis, rightAxis] = [context.shardingOf(left), context.shardingOf(right)];
  const rank = node.shape.length;
  const axis = splitAxis(node, context);
  if (axis === undefined) return undefined;
  if (axis < rank - 2) return node.inputs.every((input) => fits(input, node, axis, context)) ? axis : undefined;
  if (rightAxis === 'replicated' && leftAxis === contractedAxis(left, transposeA)) return rank - 2;
  if (leftAxis === 'replicated' && rightAxis === contractedAxis(right, !transposeB)) return rank - 1;
  return undefined;
};
