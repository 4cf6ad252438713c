import type { OnnxConstant, OnnxGraph, OnnxNode } from '../onnxruntime/protobuf.js';
import { int64, integersOf } from './sizes.js';

/** What takes each value. */
const usersOf = (nodes: readonly OnnxNode[]): ReadonlyMap<string, readonly OnnxNode[]> => {
  const users = new Map<string, OnnxNode[]>();
  for (const node of nodes)
    for (const name of node.inputs) {
      const known = users.get(name);
      if (known === undefined) users.set(name, [node]);
      else known.push(node);
    }
  return users;
};

/** What a mean is then taken of; there may be several means of one value. */
const shiftedName = (mean: string): string => `shifted for ${mean}`;

const shifted = (node: OnnxNode, x: string, mean: string, axes: OnnxConstant): readonly OnnxNode[] => {
  const first = `first for ${mean}`;
  return [
    { operator: 'Slice', inputs: [x, 'int64 [0]', 'int64 [1]', axes.name], outputs: [first] },
    { operator: 'Sub', inputs: [x, first], outputs: [shiftedName(mean)] },
    { ...node, inputs: [shiftedName(mean), axes.name] },
  ];
};

/**
 * Where a mean is only subtracted from what it is the mean of, as in layer normalization, the first number is subtracted from both. A patch
 * of one color is then exactly 0. Otherwise the rounding of its mean is left, which differs between runtimes, and which layer normalization
 * multiplies by 1 / √ε = 1000: in WebAssembly, probabilities of the quickstart's
 * test images differed by up to 0.002, and now by 3 · 10⁻⁶.
 */
export const shiftMeans = (graph: OnnxGraph): OnnxGraph => {
  const users = usersOf(graph.nodes);
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const moved = new Map<OnnxNode, OnnxNode>();
  const nodes = graph.nodes.flatMap((node): readonly OnnxNode[] => {
    const [x = '', axis = ''] = node.inputs;
    const [mean = ''] = node.outputs;
    const axes = constants.get(axis);
    const [difference, ...others] = users.get(mean) ?? [];
    const { keepdims = { int: 1 } } = node.attributes ?? {};
    const isAlone = others.length === 0 && !outputs.has(mean) && 'int' in keepdims && keepdims.int === 1;
    if (node.operator !== 'ReduceMean' || axes === undefined || integersOf(axes).length !== 1 || !isAlone)
      return [moved.get(node) ?? node];
    if (difference?.operator !== 'Sub' || String(difference.inputs) !== `${x},${mean}`) return [node];
    moved.set(difference, { ...difference, inputs: [shiftedName(mean), mean] });
    return shifted(node, x, mean, axes);
  });
  const zeroAndOne = [0, 1]
    .map((value) => int64(`int64 [${value}]`, [value]))
    .filter(({ name }) => !constants.has(name));
  return moved.size === 0 ? graph : { ...graph, nodes, constants: [...graph.constants, ...zeroAndOne] };
};
