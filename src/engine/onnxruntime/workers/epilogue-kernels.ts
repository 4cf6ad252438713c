import { compileFusedKernel, type FusedKernel } from '../../compiler/fused-kernels/index.js';
import { builder } from '../../compiler/graph/builder.js';
import { binary } from '../../compiler/graph/elementwise.js';
import type { Graph } from '../../compiler/graph/graph.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import type { Node } from '../../compiler/graph/node.js';
import { cloneSubgraph } from '../../compiler/sharding/clone-subgraph.js';
import type { Epilogue } from '../../compiler/sharding/epilogues.js';

export interface EpilogueKernels {
  /** Few: there are many parameters, but the same is done to each. */
  readonly kernels: readonly FusedKernel[];
  /** The position of each epilogue's kernel. */
  readonly kernelOf: readonly number[];
}

/** The kernels of a graph's epilogues. An array for which `isPartial` holds comes as one partial sum from each worker. */
export const epilogueKernels = (
  graph: Graph,
  epilogues: readonly Epilogue[],
  isPartial: (array: Node) => boolean,
  workers: number,
): EpilogueKernels => {
  const positions = new Map<string, number>();
  const kernels: FusedKernel[] = [];
  const kernelOf = epilogues.map((epilogue) => {
    const kernel = epilogueKernel(graph, epilogue, isPartial, workers);
    const position = positions.get(kernel.signature) ?? kernels.push(kernel) - 1;
    positions.set(kernel.signature, position);
    return position;
  });
  return { kernels, kernelOf };
};

const epilogueKernel = (
  graph: Graph,
  epilogue: Epilogue,
  isPartial: (array: Node) => boolean,
  workers: number,
): FusedKernel => {
  const make = builder();
  const clones = new Map<Node, Node>();
  const arrays = epilogue.arrays.flatMap((array) => {
    const inputs = Array.from({ length: isPartial(array) ? workers : 1 }, () => make.input(array.shape, array.dtype));
    clones.set(
      array,
      inputs.reduce((sum, input) => binary(make, 'Add', sum, input)),
    );
    return inputs;
  });
  const scalars = epilogue.scalars.map((scalar) => {
    const input = make.input(scalar.shape, scalar.dtype);
    clones.set(scalar, input);
    return input;
  });
  const results = epilogue.outputs.map((position) => elementAt(graph.outputs, position));
  return compileFusedKernel({ outputs: cloneSubgraph(make, results, clones), arrays, scalars });
};
