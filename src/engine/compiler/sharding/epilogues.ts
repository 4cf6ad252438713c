/**
 * Finds the epilogues of a graph: outputs that are computed element by element from arrays of their own shape, as an optimizer
 * updates parameters. An epilogue needs no runtime. A fused kernel computes it in one pass, into the arrays that the caller
 * donated.
 *
 * @module
 */
import { sizeOf } from '../../../core/axes.js';
import { isElementwise } from '../fused-kernels/index.js';
import type { Graph } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';

/** Outputs that share arrays and are computed together. */
export interface Epilogue {
  /** Positions among the outputs of the graph. */
  readonly outputs: readonly number[];
  /** The arrays it starts from, of the shape of the outputs. */
  readonly arrays: readonly Node[];
  /** Nodes of one element, which are computed before. */
  readonly scalars: readonly Node[];
}

interface Operands {
  readonly arrays: ReadonlySet<Node>;
  readonly scalars: ReadonlySet<Node>;
}

/** What an epilogue can start from: an argument, a sum of partial results, or a product that is computed along with it. */
export type EpilogueSource = 'argument' | 'sum' | 'product';

/** The epilogues of a graph, and the positions of all other outputs. `sourceOf` says which nodes an epilogue can start from. */
export const findEpilogues = (
  graph: Graph,
  sourceOf: (node: Node) => EpilogueSource | undefined,
): { readonly epilogues: readonly Epilogue[]; readonly others: readonly number[] } => {
  const groups: { outputs: number[]; arrays: Set<Node>; scalars: Set<Node> }[] = [];
  for (const [position, output] of graph.outputs.entries()) {
    const operands = operandsOf(output, (node) => sourceOf(node) !== undefined);
    if (operands === undefined) continue;
    // Parameter, mean and variance share their gradient, so one pass computes all three.
    const same = groups.filter((group) => [...operands.arrays].some((array) => group.arrays.has(array)));
    const merged = {
      outputs: [...same.flatMap((group) => group.outputs), position],
      arrays: new Set([...same.flatMap((group) => [...group.arrays]), ...operands.arrays]),
      scalars: new Set([...same.flatMap((group) => [...group.scalars]), ...operands.scalars]),
    };
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  const epilogues = groups
    .filter(({ arrays }) => {
      // A product is computed a few rows at a time, so everything else must be complete.
      const computed = [...arrays].map(sourceOf).filter((source) => source !== 'argument');
      return computed.length === 1 || !computed.includes('product');
    })
    .map(({ outputs, arrays, scalars }): Epilogue => ({ outputs, arrays: [...arrays], scalars: [...scalars] }));
  const found = new Set(epilogues.flatMap(({ outputs }) => outputs));
  return { epilogues, others: [...graph.outputs.keys()].filter((position) => !found.has(position)) };
};

// Where the elementwise operations that lead to an output start; `undefined` if other operations are among them.
const operandsOf = (output: Node, isSource: (node: Node) => boolean): Operands | undefined => {
  if (output.dtype !== 'float32' || sizeOf(output.shape) <= 1 || isOp(output, 'Input')) return undefined;
  const arrays = new Set<Node>();
  const scalars = new Set<Node>();
  const seen = new Set<Node>();
  const waiting = [output];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node) || isOp(node, 'Splat')) continue;
    seen.add(node);
    if (sizeOf(node.shape) === 1) scalars.add(node);
    else if (node.dtype === 'float32' && isSource(node)) arrays.add(node);
    else if (isElementwise(node)) waiting.push(...node.inputs);
    else return undefined;
  }
  return arrays.size === 0 ? undefined : { arrays, scalars };
};
