import type { Node } from '../graph/node.js';
import type { ElementwiseGraph } from './fused-kernel.js';

/** The nodes that the outputs depend on, in a topological order that depends on the structure only, not on when nodes were made. */
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

/** Those of the topologically sorted nodes that depend on others, and the others. */
export const dependentsOf = (nodes: readonly Node[], others: readonly Node[]): ReadonlySet<Node> => {
  const found = new Set(others);
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
};

/** Describes a computation, independent of the identity of its nodes and of the number of elements. */
export const signatureOf = ({ outputs, arrays, scalars }: ElementwiseGraph, nodes: readonly Node[]): string => {
  const positions = new Map(nodes.map((node, i) => [node, i]));
  const describe = (node: Node): string => {
    if (arrays.includes(node)) return `array ${arrays.indexOf(node)}`;
    if (scalars.includes(node)) return `${node.dtype} scalar ${scalars.indexOf(node)}`;
    const { op } = node.operation;
    // String(-0) is '0'.
    const attribute = op === 'Splat' ? [Object.is(node.operation.value, -0) ? '-0' : node.operation.value] : [];
    return [node.dtype, op, ...attribute, ...node.inputs.map((input) => positions.get(input))].join(' ');
  };
  return [
    `${arrays.length} ${scalars.length}`,
    ...nodes.map(describe),
    outputs.map((node) => positions.get(node)).join(' '),
  ].join('\n');
};
