/**
 * Cuts the work of one thread into slices of a few images, one after the other within the graph, so that the arrays of
 * attention stay in the cache. What has few rows, as the head does, is left whole: its matrices would be read once a slice.
 * Each slice adds to the gradients of weights as it meets them, so that its arrays can go before the next slice begins.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { builder } from '../graph/builder.js';
import { binary } from '../graph/elementwise.js';
import { liveNodes } from '../graph/graph.js';
import { concatenate, slice } from '../graph/movement.js';
import { isOp, type Node } from '../graph/node.js';
import { isRepeated, repeatedAs } from './clone-subgraph.js';
import { cutAxis, type Placement, partShape, placed } from './propagation.js';
import type { Part, PartInput } from './shard-graph.js';

// Below this many rows, reading the other matrix takes longer than the product.
const ROWS_OF_A_PRODUCT = 64;

export interface SlicedPart extends Part {
  /** What is to be computed early, in this order: the sums over images, slice after slice. */
  readonly order: readonly Node[];
}

/** The same part with its `images` in `count` slices; each split input becomes one for each slice. */
export const sliced = (part: Part, images: number, count: number): SlicedPart => {
  const make = builder();
  const placements = placementsIn(part, images, count);
  const size = images / count;
  const inputs: PartInput[] = [];
  const slices = new Map<Node, readonly Node[]>();
  const wholes = new Map<Node, Node>();
  // The sums over images, after each slice.
  const sums = new Map<Node, readonly Node[]>();

  const wholeOf = (node: Node): Node => {
    const known = wholes.get(node);
    if (known !== undefined) return known;
    const [parts, placement] = [slices.get(node)!, placements.get(node)];
    const made = typeof placement === 'number' ? concatenate(make, parts, placement) : sumsOf(node, parts).at(-1)!;
    wholes.set(node, made);
    return made;
  };
  const sumsOf = (node: Node, [first, ...others]: readonly Node[]): readonly Node[] => {
    const made = [first!];
    for (const next of others) made.push(binary(make, 'Add', made.at(-1)!, next));
    sums.set(node, made);
    return made;
  };
  const cut = (node: Node, axis: number, i: number): Node => {
    const shape = partShape(node.shape, axis, images, size);
    if (isRepeated(node, axis)) return repeatedAs(make, node, wholeOf(node).inputs[0], shape);
    return slice(
      make,
      wholeOf(node),
      shape.map((length, at) => (at === axis ? i * length : 0)),
      shape,
    );
  };
  const partOf = (node: Node, i: number): Node => {
    const placement = placements.get(node)!;
    const given = node.inputs.map((input, position) => {
      if (placements.get(input) !== 'whole') return slices.get(input)![i]!;
      const axis = cutAxis(node, position, placement);
      return axis === undefined ? wholeOf(input) : cut(input, axis, i);
    });
    const shape = typeof placement === 'number' ? partShape(node.shape, placement, images, size) : node.shape;
    return make.make(node.operation, given, shape, node.dtype);
  };

  for (const input of part.inputs) {
    const { node, stretch } = input;
    if (stretch === undefined) {
      wholes.set(node, make.input(node.shape, node.dtype));
      inputs.push({ ...input, node: wholes.get(node)! });
    } else {
      const own = Array.from({ length: count }, () => make.input(partShape(node.shape, 0, images, size), node.dtype));
      slices.set(node, own);
      own.forEach(
        (each, i) =>
          void inputs.push({ ...input, node: each, stretch: { first: stretch.first + i * size, images: size } }),
      );
    }
  }
  for (const node of liveNodes(part)) {
    if (wholes.has(node) || slices.has(node)) continue;
    if (placements.get(node) === 'whole') {
      wholes.set(node, make.make(node.operation, node.inputs.map(wholeOf), node.shape, node.dtype));
    } else
      slices.set(
        node,
        Array.from({ length: count }, (_, i) => partOf(node, i)),
      );
  }
  const outputs = part.outputs.map(wholeOf);
  const inTurn = [...sums].sort(([a], [b]) => a.id - b.id);
  const order = Array.from({ length: count }, (_, i) => inTurn.map(([, after]) => after[i]!)).flat();
  return { inputs, outputs, order };
};

/**
 * Into how many slices to cut: as few as let the largest array of a slice stay in the cache, each with as many images.
 * 1.7 MB: measured, see README.md of the engine.
 */
export const slicesFor = (part: Part, images: number, largest = 1.7e6): number => {
  const placements = placementsIn(part, images, 1);
  const bytes = Math.max(
    ...liveNodes(part).map((node) => (typeof placements.get(node) === 'number' ? 4 * sizeOf(node.shape) : 0)),
  );
  const counts = Array.from({ length: images }, (_, i) => i + 1).filter((count) => images % count === 0);
  return counts.find((count) => bytes / count <= largest) ?? images;
};

const placementsIn = (part: Part, images: number, count: number): ReadonlyMap<Node, Placement> => {
  const placements = new Map<Node, Placement>(
    part.inputs.map(({ node, stretch }) => [node, stretch === undefined ? 'whole' : 0]),
  );
  const placementOf = (node: Node): Placement => placements.get(node)!;
  for (const node of liveNodes(part)) {
    if (placements.has(node)) continue;
    const dependent = node.inputs.some((input) => placementOf(input) !== 'whole');
    const gains = !isOp(node, 'MatMul') || rowsOf(node, placementOf) / count >= ROWS_OF_A_PRODUCT;
    placements.set(
      node,
      dependent && gains ? placed(node, { batch: images, placementOf, canSlice: () => true }) : 'whole',
    );
  }
  return placements;
};

// How many rows, or columns, of all images meet the other matrix.
const rowsOf = ({ inputs, shape }: Node, placementOf: (node: Node) => Placement): number => {
  const split = inputs.find((input) => typeof placementOf(input) === 'number');
  return shape.length > 2 || split === undefined
    ? Number.POSITIVE_INFINITY
    : split.shape[placementOf(split) as number]!;
};
