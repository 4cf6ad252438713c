import type { Node } from '../graph/node.js';
import type { ElementwiseGraph } from './fused-kernel.js';

/** What the outputs need, inputs first, in an order that follows from the structure alone and not from when nodes were made. */
export const topologicalOrder = ({ outputs, arrays, scalars }: ElementwiseGraph): readonly Node[] => {
  const given = new Set([...arrays, ...scalars]);
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    if (!given.has(node)) node.inputs.forEach(visit);
    seen.add(node);
  };
  outputs.forEach(visit);
  return [...seen];
};

/** Those of the nodes, inputs first, that depend on others. */
export const dependentsOf = (nodes: readonly Node[], others: readonly Node[]): ReadonlySet<Node> => {
  const found = new Set(others);
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
};

/** Says what is computed and nothing else: neither which nodes these are nor how many elements they have. */
export const signatureOf = ({ outputs, arrays, scalars }: ElementwiseGraph, nodes: readonly Node[]): string => {
  const place = new Map(nodes.map((node, i) => [node, i]));
  const describe = (node: Node): string => {
    if (arrays.includes(node)) return `array ${arrays.indexOf(node)}`;
    if (scalars.includes(node)) return `${node.dtype} scalar ${scalars.indexOf(node)}`;
    const { op } = node.operation;
    // String would write -0 as 0.
    const attribute = op === 'Splat' ? [Object.is(node.operation.value, -0) ? '-0' : node.operation.value] : [];
    return [node.dtype, op, ...attribute, ...node.inputs.map((input) => place.get(input))].join(' ');
  };
  return [
    `${arrays.length} ${scalars.length}`,
    ...nodes.map(describe),
    outputs.map((node) => place.get(node)).join(' '),
  ].join('\n');
};
