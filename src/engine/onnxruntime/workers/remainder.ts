import type { Division } from '../../compiler/divide/divide.js';
import { isProductOverImages } from '../../compiler/divide/factors.js';
import { type Beginning, type Tail, tailsOf } from '../../compiler/divide/tails.js';
import { type Graph, liveNodes } from '../../compiler/graph/graph.js';
import { isOp, type Node } from '../../compiler/graph/node.js';
import type { PartialUses } from './open-shards.js';

/** What is computed from the partial results of the workers, and where. */
export interface RemainderPlan {
  /** The workers compute these. */
  readonly epilogues: readonly Tail[];
  /** The products of factors among the inputs of epilogues. */
  readonly products: readonly Node[];
  /** The engine computes these: first the `others`, then the `scalars`. */
  readonly remainder: Graph;
  /** Positions of the outputs that are not of epilogues. */
  readonly others: readonly number[];
  /** The scalars that epilogues need. */
  readonly scalars: readonly Node[];
  readonly partialUses: PartialUses;
  /** The argument that an input of the rest stands for. */
  readonly argumentOf: (node: Node) => number | undefined;
  /** The partial result that an input of the rest stands for. */
  readonly partialOf: (node: Node) => number | undefined;
}

/** Divides the rest of a divided graph into the epilogues of the workers and the remainder. */
export const planRemainder = ({ joints, rest }: Division, argumentCount: number): RemainderPlan => {
  const positions = new Map(
    rest.inputs.flatMap(({ node, source }) => (source.kind === 'argument' ? [[node, source.position] as const] : [])),
  );
  const argumentOf = (node: Node): number | undefined => {
    const position = positions.get(node);
    return position !== undefined && position < argumentCount ? position : undefined;
  };
  const partialOf = (node: Node): number | undefined => {
    const position = positions.get(node);
    return position !== undefined && position >= argumentCount ? position - argumentCount : undefined;
  };
  const isRows = (factor: Node): boolean => joints[partialOf(factor) ?? -1] === 0;
  const beginningOf = (node: Node): Beginning | undefined => {
    const partial = partialOf(node);
    if (partial !== undefined) return joints[partial] === 'sum' ? 'sum' : undefined;
    if (isOp(node, 'Input')) return 'argument';
    return isProductOverImages(node) && node.inputs.every(isRows) ? 'product' : undefined;
  };
  const { tails: epilogues, others } = tailsOf(rest, beginningOf);
  const products = [...new Set(epilogues.flatMap(({ arrays }) => arrays.filter((array) => isOp(array, 'MatMul'))))];
  const scalars = [...new Set(epilogues.flatMap((epilogue) => epilogue.scalars))];
  const remainder = { inputs: rest.inputs, outputs: [...others.map((i) => rest.outputs[i]!), ...scalars] };
  return {
    epilogues,
    products,
    remainder,
    others,
    scalars,
    partialUses: {
      returned: new Set(liveNodes(remainder).map(partialOf)),
      exchanged: new Set(epilogues.flatMap((epilogue) => epilogue.arrays.map(partialOf))),
      products: products.map(({ inputs: [left, right] }) => [partialOf(left!)!, partialOf(right!)!]),
    },
    argumentOf,
    partialOf,
  };
};
