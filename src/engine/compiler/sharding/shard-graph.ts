/**
 * Divides a graph along the batch: a part that each thread does for its own images, and the rest, which is done once
 * with what the parts give: their sums, or their answers one after the other.
 *
 * @module
 */
import { builder } from '../graph/builder.js';
import { flops, type Graph, type GraphInput, liveNodes } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { copied, isRepeated, repeatedAs } from './clone-subgraph.js';
import { isSmallerInFactors } from './factored-gradients.js';
import { cutAxis, type Placement, partShape, placed } from './propagation.js';

export interface PartInput extends GraphInput {
  /** The images of the part that it has; all that there is when it is not split. */
  readonly stretch?: { readonly first: number; readonly images: number };
}

/** A graph for some of the images of the batch; its outputs are the joints. */
export interface Part extends Graph {
  readonly inputs: readonly PartInput[];
}

export interface Division {
  readonly batch: number;
  /** How the outputs of the parts come together: along an axis, or as a sum. */
  readonly joints: readonly (number | 'sum')[];
  readonly part: (images: number) => Part;
  /** The joints are its arguments after those of the function. */
  readonly rest: Graph;
}

// What is not divided is done by one thread while the others wait.
const DIVIDED_SHARE = 0.9;

type Placements = ReadonlyMap<Node, Placement | 'after'>;

/**
 * `argumentCount` leaves come in, of which the `split` ones have the batch as their first axis. `undefined` when most of
 * the work would be left to the rest.
 */
export const divide = (
  graph: Graph,
  argumentCount: number,
  split: ReadonlySet<number>,
  batch: number,
): Division | undefined => {
  const isSplitInput = ({ node, source }: GraphInput): boolean =>
    source.kind === 'argument' ? split.has(source.position) : (node.shape[0] ?? 0) > 0 && node.shape[0]! % batch === 0;
  const placements = placementsIn(graph, isSplitInput, batch);
  const isJoint = (node: Node): boolean => !['whole', 'after'].includes(placements.get(node) as string);
  const afterwards = liveNodes(graph).filter((node) => placements.get(node) === 'after');
  const joints = [...new Set([...graph.outputs, ...afterwards.flatMap((node) => node.inputs)])].filter(isJoint);
  const factored = afterwards.filter((node) => isSmallerInFactors(node, (factor) => placements.get(factor)));
  if (flops({ outputs: [...joints, ...factored] }) < DIVIDED_SHARE * flops(graph)) return undefined;
  return {
    batch,
    joints: joints.map((node) => {
      const placement = placements.get(node);
      return typeof placement === 'number' ? placement : 'sum';
    }),
    part: (images) => partOf(graph, joints, placements, isSplitInput, batch, images),
    rest: restOf(graph, joints, argumentCount),
  };
};

const placementsIn = (graph: Graph, isSplitInput: (input: GraphInput) => boolean, batch: number): Placements => {
  const placements = new Map<Node, Placement | 'after'>(
    graph.inputs.map((input) => [input.node, isSplitInput(input) ? 0 : 'whole']),
  );
  const placementOf = (input: Node): Placement => placements.get(input) as Placement;
  for (const node of liveNodes(graph)) {
    if (placements.has(node)) continue;
    const before = new Set(node.inputs.map((input) => placements.get(input)!));
    if (before.has('after')) placements.set(node, 'after');
    else if ([...before].every((placement) => placement === 'whole')) placements.set(node, 'whole');
    else {
      const found = placed(node, { batch, placementOf, canSlice: isRepeated });
      placements.set(node, found === 'whole' || isSmallerInFactors(node, placementOf) ? 'after' : found);
    }
  }
  return placements;
};

const partOf = (
  graph: Graph,
  joints: readonly Node[],
  placements: Placements,
  isSplitInput: (input: GraphInput) => boolean,
  batch: number,
  images: number,
): Part => {
  const make = builder();
  const known = new Map<Node, Node>();
  const inputs = graph.inputs.map((input): PartInput => {
    const split = isSplitInput(input);
    const { shape, dtype } = input.node;
    const node = make.input(split ? partShape(shape, 0, batch, images) : shape, dtype);
    known.set(input.node, node);
    return split ? { ...input, node, stretch: { first: 0, images } } : { ...input, node };
  });
  for (const node of liveNodes({ outputs: joints })) {
    if (known.has(node)) continue;
    const placement = placements.get(node) as Placement;
    const shape = typeof placement === 'number' ? partShape(node.shape, placement, batch, images) : node.shape;
    const given = node.inputs.map((input, position) => {
      const copy = known.get(input)!;
      const axis = placements.get(input) === 'whole' ? cutAxis(node, position, placement) : undefined;
      if (axis === undefined) return copy;
      return repeatedAs(make, input, copy.inputs[0], partShape(input.shape, axis, batch, images));
    });
    known.set(node, make.make(node.operation, given, shape, node.dtype));
  }
  return { inputs, outputs: joints.map((joint) => known.get(joint)!) };
};

const restOf = (graph: Graph, joints: readonly Node[], argumentCount: number): Graph => {
  const make = builder();
  const stands = ({ shape, dtype }: Node): Node => make.input(shape, dtype);
  const given = graph.inputs.map((input): GraphInput => ({ ...input, node: stands(input.node) }));
  const joined = joints.map(
    (node, i): GraphInput => ({ node: stands(node), source: { kind: 'argument', position: argumentCount + i } }),
  );
  const known = new Map<Node, Node>();
  graph.inputs.forEach(({ node }, i) => void known.set(node, given[i]!.node));
  joints.forEach((node, i) => void known.set(node, joined[i]!.node));
  return { outputs: copied(make, graph.outputs, known), inputs: [...given, ...joined] };
};
