/**
 * Which operations can be done image by image. A node is _split_ along an axis that runs over the images of the batch, one
 * after the other, when each image's part needs that image's parts of the inputs alone; it is _partial_ when it is a sum
 * over images, so that the sums over parts of the batch add up to it.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import type { Node } from '../graph/node.js';

/** How a node stands to the batch: split along this axis, a sum over images, or whole, which is all else. */
export type Placement = number | 'partial' | 'whole';

export interface Circumstances {
  readonly batch: number;
  readonly placementOf: (node: Node) => Placement;
  /** Whether a part of a whole node along this axis can be had. */
  readonly canSlice: (node: Node, axis: number) => boolean;
}

/** How a node can be placed whose inputs are not all whole; `whole` when it needs the batch together. */
export const placed = (node: Node, circumstances: Circumstances): Placement => {
  const { batch, placementOf } = circumstances;
  if (node.inputs.some((input) => placementOf(input) === 'partial')) {
    return isLinear(node, placementOf) ? 'partial' : 'whole';
  }
  if (isSumOverImages(node, circumstances)) return 'partial';
  const axis = axisOf(node, circumstances);
  return axis !== undefined && node.shape[axis]! % batch === 0 ? axis : 'whole';
};

/** The axis along which a whole input is cut with its node, which is placed so; nothing if all images share the input. */
export const cutAxis = (node: Node, position: number, placement: Placement): number | undefined => {
  const { operation, shape } = node;
  const input = node.inputs[position]!;
  if (operation.op === 'Gather') return undefined;
  if (operation.op === 'MatMul') {
    if (placement === 'partial') return innerAxis(input, position === 0 ? !operation.transposeA : operation.transposeB);
    if ((placement as number) >= shape.length - 2) return undefined;
  }
  if (typeof placement !== 'number') return undefined;
  const own = placement - (shape.length - input.shape.length);
  return own >= 0 && input.shape[own] === shape[placement] && shape[placement] !== 1 ? own : undefined;
};

/** The shape of a split node for so many images of the batch. */
export const partShape = (shape: readonly number[], axis: number, batch: number, images: number): readonly number[] =>
  shape.with(axis, (shape[axis]! / batch) * images);

// f(a + b) = f(a) + f(b). What only scales is left to the rest: it would be one more joint beside what it scales.
const isLinear = ({ operation, inputs }: Node, placementOf: Circumstances['placementOf']): boolean =>
  ['Reshape', 'Transpose', 'Slice', 'ReduceSum', 'Add', 'Subtract', 'Concatenate'].includes(operation.op) &&
  inputs.every((input) => placementOf(input) === 'partial');

const isSumOverImages = ({ operation, inputs }: Node, { placementOf, canSlice }: Circumstances): boolean => {
  if (operation.op === 'ReduceSum') return operation.axes.includes(placementOf(inputs[0]!) as number);
  if (operation.op !== 'MatMul') return false;
  const inner = [innerAxis(inputs[0]!, !operation.transposeA), innerAxis(inputs[1]!, operation.transposeB)];
  const isCut = inputs.map((input, i) => placementOf(input) === inner[i]);
  const canBeCut = inputs.map((input, i) => placementOf(input) === 'whole' && canSlice(input, inner[i]!));
  return isCut.includes(true) && inputs.every((_, i) => isCut[i] || canBeCut[i]);
};

// The axis of a factor over which a product sums.
const innerAxis = ({ shape }: Node, last: boolean): number => shape.length - (last ? 1 : 2);

/** Whether an input is the same for all images, or has its images where `node` has them. */
const fits = (input: Node, node: Node, axis: number, { placementOf, canSlice }: Circumstances): boolean => {
  const own = axis - (node.shape.length - input.shape.length);
  const placement = placementOf(input);
  if (typeof placement === 'number') return placement === own && input.shape[own] === node.shape[axis];
  return own < 0 || input.shape[own] === 1 || canSlice(input, own);
};

// The axis along which a node is split when its inputs are as they are; nothing if it cannot be.
const axisOf = (node: Node, circumstances: Circumstances): number | undefined => {
  const { operation, inputs, shape } = node;
  const { batch, placementOf } = circumstances;
  const [first, second] = inputs as readonly [Node, Node];
  const axis = placementOf(first);
  const untouched = (is: (axis: number) => boolean, to = axis): number | undefined =>
    typeof axis === 'number' && typeof to === 'number' && is(axis) ? to : undefined;
  switch (operation.op) {
    case 'Input':
    case 'Splat':
    case 'Data':
      return undefined;
    case 'Reshape':
      return typeof axis === 'number' ? reshapedAxis(first.shape, axis, shape, batch) : undefined;
    case 'Transpose':
      return untouched(() => true, operation.permutation.indexOf(axis as number));
    case 'Slice':
      return untouched((at) => operation.begin[at] === 0 && shape[at] === first.shape[at]);
    case 'Pad':
      return untouched((at) => operation.before[at] === 0 && operation.after[at] === 0);
    case 'Tile':
      return untouched((at) => operation.repetitions[at] === 1);
    case 'Reverse':
      return untouched((at) => !operation.axes.includes(at));
    case 'Gather':
      // A row for each index, or of each image the same ones.
      return placementOf(second) === 0 && operation.axis === 0 && axis === 'whole'
        ? 0
        : untouched((at) => at < operation.axis && placementOf(second) === 'whole');
    case 'ReduceSum':
    case 'ReduceProduct':
    case 'ReduceMaximum':
    case 'ReduceMinimum':
      return untouched((at) => !operation.axes.includes(at));
    case 'ArgMaximum':
    case 'ArgMinimum':
      return untouched((at) => at < operation.axis);
    case 'CumulativeSum':
      return untouched((at) => at !== operation.axis);
    case 'Softmax':
    case 'LogSoftmax':
      return untouched((at) => at < shape.length - 1);
    case 'MatMul':
      return productAxis(node, operation, circumstances);
    default: {
      const found = splitAxis(node, placementOf);
      const along = operation.op === 'Concatenate' ? operation.axis : undefined;
      return found !== along && found !== undefined && inputs.every((input) => fits(input, node, found, circumstances))
        ? found
        : undefined;
    }
  }
};

// Where the first input that is split has its images, counted in the axes of the node.
const splitAxis = ({ inputs, shape }: Node, placementOf: Circumstances['placementOf']): number | undefined => {
  const split = inputs.find((input) => typeof placementOf(input) === 'number');
  return split === undefined ? undefined : (placementOf(split) as number) + shape.length - split.shape.length;
};

// The axis before which as many elements lie as before, and which is still cut between images.
const reshapedAxis = (
  from: readonly number[],
  axis: number,
  to: readonly number[],
  batch: number,
): number | undefined => {
  const before = sizeOf(from.slice(0, axis));
  const found = to.findIndex((size, at) => size > 1 && sizeOf(to.slice(0, at)) === before);
  return found >= 0 && to[found]! % batch === 0 ? found : undefined;
};

const productAxis = (
  node: Node,
  { transposeA, transposeB }: Extract<Node['operation'], { readonly op: 'MatMul' }>,
  circumstances: Circumstances,
): number | undefined => {
  const { placementOf } = circumstances;
  const [first, second] = node.inputs as readonly [Node, Node];
  const rank = node.shape.length;
  const axis = splitAxis(node, placementOf)!;
  if (axis < rank - 2) return node.inputs.every((input) => fits(input, node, axis, circumstances)) ? axis : undefined;
  if (placementOf(second) === 'whole' && placementOf(first) === innerAxis(first, transposeA)) return rank - 2;
  if (placementOf(first) === 'whole' && placementOf(second) === innerAxis(second, !transposeB)) return rank - 1;
  return undefined;
};
