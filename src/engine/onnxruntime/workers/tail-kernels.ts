import { compileFusedKernel, type FusedKernel } from '../../compiler/fused-kernels/index.js';
import { builder } from '../../compiler/graph/builder.js';
import { binary } from '../../compiler/graph/elementwise.js';
import type { Graph } from '../../compiler/graph/graph.js';
import type { Node } from '../../compiler/graph/node.js';
import { cloneSubgraph } from '../../compiler/sharding/clone-subgraph.js';
import type { Epilogue } from '../../compiler/sharding/epilogues.js';

export interface TailKernels {
  /** Few: parameters are many, but what is done to them is the same. */
  readonly kernels: readonly FusedKernel[];
  /** The kernel of each tail. */
  readonly kernelOf: readonly number[];
}

/** The kernels of the tails of a graph. An array for which `isSum` holds comes in parts, one of each thread, and is their sum. */
export const tailKernels = (
  graph: Graph,
  tails: readonly Epilogue[],
  isSum: (array: Node) => boolean,
  parts: number,
): TailKernels => {
  const positions = new Map<string, number>();
  const kernels: FusedKernel[] = [];
  const kernelOf = tails.map((tail) => {
    const kernel = kernelOfTail(graph, tail, isSum, parts);
    const position = positions.get(kernel.signature) ?? kernels.push(kernel) - 1;
    positions.set(kernel.signature, position);
    return position;
  });
  return { kernels, kernelOf };
};

const kernelOfTail = (graph: Graph, tail: Epilogue, isSum: (array: Node) => boolean, parts: number): FusedKernel => {
  const make = builder();
  const known = new Map<Node, Node>();
  const arrays = tail.arrays.flatMap((array) => {
    const inputs = Array.from({ length: isSum(array) ? parts : 1 }, () => make.input(array.shape, array.dtype));
    known.set(
      array,
      inputs.reduce((sum, input) => binary(make, 'Add', sum, input)),
    );
    return inputs;
  });
  const scalars = tail.scalars.map((scalar) => {
    const input = make.input(scalar.shape, scalar.dtype);
    known.set(scalar, input);
    return input;
  });
  const outputs = cloneSubgraph(
    make,
    tail.outputs.map((position) => graph.outputs[position]!),
    known,
  );
  return compileFusedKernel({ outputs, arrays, scalars });
};
