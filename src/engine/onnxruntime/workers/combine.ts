import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { Node } from '../../compiler/graph/node.js';
import type { Combination } from '../../compiler/sharding/shard-graph.js';
import { newData } from '../buffer-pool.js';

/** Combines the partial results of all workers, in the order of workers and their rounds. Empty if they did not return them. */
export const combine = (
  how: Combination,
  { shape, dtype }: Pick<Node, 'shape' | 'dtype'>,
  partials: readonly HostTensor['data'][],
): HostTensor => {
  if (partials.length === 0) return { shape, dtype, data: newData(dtype, 0) };
  const data = newData(dtype, sizeOf(shape));
  if (how === 'sum') {
    for (const partial of partials) for (let i = 0; i < partial.length; i++) data[i]! += partial[i]!;
    return { shape, dtype, data };
  }
  const rows = sizeOf(shape.slice(0, how));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const partial of partials) {
      const length = partial.length / rows;
      data.set(partial.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return { shape, dtype, data };
};
