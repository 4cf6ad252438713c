/**
 * A sum along axes together with what follows it, as one operator: the division that makes a mean, or a reshape that
 * drops the summed axes. The arrays are small, and one more operator costs about as much as the sum.
 *
 * @module
 */
import { sizeOf } from '../../core/axes.js';
import { isOp, type Node, type NodeOf, sameShape, splatValue } from '../compiler/graph/node.js';
import type { FindFusions } from './fusions.js';
import { writeReduction } from './operators.js';
import type { Target } from './target.js';

/** Finds the sums that are used only by a mean or by a reshape that drops their axes. */
export const reductionsWithin: FindFusions = (live, uses) => {
  const writers = new Map<Node, (target: Target) => void>();
  const absorbed = new Set<Node>();
  for (const node of live) {
    const [sum] = node.inputs;
    if (sum === undefined || !isOp(sum, 'ReduceSum') || uses.get(sum) !== 1) continue;
    const { axes } = sum.operation;
    const [summed] = sum.inputs;
    const operator = isMean(node, sum) ? 'ReduceMean' : dropsAxes(node, sum, axes) ? 'ReduceSum' : undefined;
    if (operator === undefined) continue;
    const keep = operator === 'ReduceMean';
    writers.set(node, (target) => writeReduction(target, operator, target.name(summed), axes, keep));
    absorbed.add(sum);
  }
  return { writers, absorbed };
};

const isMean = (node: Node, sum: NodeOf<'ReduceSum'>): boolean =>
  isOp(node, 'Multiply') &&
  node.dtype === 'float32' &&
  splatValue(node.inputs[1]) === Math.fround(sizeOf(sum.shape) / sizeOf(sum.inputs[0].shape));

const dropsAxes = (node: Node, sum: Node, axes: readonly number[]): boolean =>
  isOp(node, 'Reshape') &&
  sameShape(
    node.shape,
    sum.shape.filter((_, axis) => !axes.includes(axis)),
  );
