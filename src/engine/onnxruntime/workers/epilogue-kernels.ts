import { copied } from '../../compiler/divide/copied.js';
import type { Tail } from '../../compiler/divide/tails.js';
import { builder } from '../../compiler/graph/builder.js';
import { binary } from '../../compiler/graph/elementwise.js';
import type { Graph } from '../../compiler/graph/graph.js';
import type { Node } from '../../compiler/graph/node.js';
import { compileKernel, type Kernel } from '../../compiler/kernels/index.js';

export interface EpilogueKernels {
  /** Few: there are many parameters, but the same is done to each. */
  readonly kernels: readonly Kernel[];
  /** The position of each epilogue's kernel. */
  readonly kernelOf: readonly number[];
}

/** The kernels of a graph's epilogues. An array for which `isPartial` holds comes as one partial sum from each worker. */
export const epilogueKernels = (
  graph: Graph,
  epilogues: readonly Tail[],
  isPartial: (array: Node) => boolean,
  workers: number,
): EpilogueKernels => {
  const positions = new Map<string, number>();
  const kernels: Kernel[] = [];
  const kernelOf = epilogues.map((epilogue) => {
    const kernel = epilogueKernel(graph, epilogue, isPartial, workers);
    const position = positions.get(kernel.signature) ?? kernels.push(kernel) - 1;
    positions.set(kernel.signature, position);
    return position;
  });
  return { kernels, kernelOf };
};

const epilogueKernel = (graph: Graph, epilogue: Tail, isPartial: (array: Node) => boolean, workers: number): Kernel => {
  const make = builder();
  const known = new Map<Node, Node>();
  const arrays = epilogue.arrays.flatMap((array) => {
    const inputs = Array.from({ length: isPartial(array) ? workers : 1 }, () => make.input(array.shape, array.dtype));
    known.set(
      array,
      inputs.reduce((sum, input) => binary(make, 'Add', sum, input)),
    );
    return inputs;
  });
  const scalars = epilogue.scalars.map((scalar) => {
    const input = make.input(scalar.shape, scalar.dtype);
    known.set(scalar, input);
    return input;
  });
  const outputs = copied(
    make,
    epilogue.outputs.map((position) => graph.outputs[position]!),
    known,
  );
  return compileKernel({ outputs, arrays, scalars });
};
