/**
 * Computing again instead of keeping: an array that the forward pass makes and the backward pass needs is made twice, if that takes only
 * a few cheap operations on arrays that are kept anyway. The mask of a dropout comes again from its bits, dropped attention weights from
 * the weights and the mask, the output of a layer norm from what it normalized. The same operations give the same bits.
 *
 * @module
 */
import { valueFor } from '../graph/lookup.js';
import { isOp, type Node } from '../graph/node.js';
import { bytesOf, isGiven, lifetimes, peakOf, stepsOf } from './lifetimes.js';
import type { MicrobatchedShard } from './microbatches.js';

const CHEAP: ReadonlySet<Node['operation']['op']> = new Set(['Add', 'Subtract', 'Multiply', 'Cast']);
/** How many operations make an array again, at most. */
const LONGEST = 3;
/** Smaller arrays are not worth an operation. In bytes. */
const SMALLEST = 2 ** 15;

/** The same shard with fewer arrays at its peak. Arrays of fewer than `smallest` bytes are kept. */
export const recompute = (shard: MicrobatchedShard, smallest = SMALLEST): MicrobatchedShard => {
  const { at, arrays } = peakOf(lifetimes(shard, shard.order));
  const steps = stepsOf([...shard.order, ...shard.outputs]);
  const again = madeAgain(
    arrays.map(({ node }) => node),
    new Set([...shard.outputs, ...shard.order]),
    smallest,
  );
  // A reshaped array is the same one.
  for (const node of steps.keys()) {
    const [input] = node.inputs;
    if (isOp(node, 'Reshape') && input !== undefined && again.has(input)) again.add(node);
  }

  const made = new Map<Node, Node>();
  const late = new Map<Node, Node>();
  // In the order in which they are needed: what else the first user needs, then the array.
  const order: Node[] = [];
  let count = 0;
  const fresh = (node: Node, inputs: readonly Node[]): Node => ({ ...node, id: count++, inputs });
  const lateOf = (node: Node): Node => {
    if (!again.has(node)) return valueFor(made, node);
    const known = late.get(node);
    if (known !== undefined) return known;
    const clone = fresh(node, node.inputs.map(lateOf));
    late.set(node, clone);
    return clone;
  };
  const roots = new Set(shard.order);
  for (const [node, step] of steps) {
    if (step <= at)
      made.set(
        node,
        fresh(
          node,
          node.inputs.map((input) => valueFor(made, input)),
        ),
      );
    else {
      const before = late.size;
      const others = node.inputs.filter((input) => !again.has(input) && valueFor(steps, input) > at);
      const inputs = node.inputs.map(lateOf);
      // Otherwise the runtime may make it before the others, and keep it while it makes those.
      if (late.size > before)
        order.push(
          ...others.map((other) => valueFor(made, other)),
          ...inputs.filter((_, i) => again.has(node.inputs[i] ?? node)),
        );
      made.set(node, fresh(node, inputs));
    }
    if (roots.has(node)) order.push(valueFor(made, node));
  }
  return {
    inputs: shard.inputs.map((input) => ({ ...input, node: made.get(input.node) ?? input.node })),
    outputs: shard.outputs.map((output) => valueFor(made, output)),
    order: [...new Set(order)],
  };
};

// The arrays among those kept that are not kept any more, and what is computed on the way to them.
const madeAgain = (kept: readonly Node[], never: ReadonlySet<Node>, smallest: number): Set<Node> => {
  const again = new Set<Node>();
  const needed = new Set<Node>();
  const available = new Set(kept);
  // What it takes to make a node from what is available: the operations and their sources.
  const wayTo = (
    node: Node,
    left: number,
  ): { readonly made: readonly Node[]; readonly from: readonly Node[] } | undefined => {
    if (left === 0 || !CHEAP.has(node.operation.op)) return undefined;
    const made = [node];
    const from: Node[] = [];
    for (const input of node.inputs) {
      if (isGiven(input) || again.has(input)) continue;
      if (available.has(input)) from.push(input);
      else {
        const way = wayTo(input, left - made.length);
        if (way === undefined) return undefined;
        made.push(...way.made);
        from.push(...way.from);
      }
    }
    return made.length <= left ? { made, from } : undefined;
  };
  for (const node of kept.toSorted((a, b) => bytesOf(b) - bytesOf(a) || a.id - b.id)) {
    if (never.has(node) || needed.has(node) || bytesOf(node) < smallest) continue;
    const way = wayTo(node, LONGEST);
    if (way === undefined) continue;
    available.delete(node);
    for (const each of way.made) again.add(each);
    for (const each of way.from) needed.add(each);
  }
  return again;
};
