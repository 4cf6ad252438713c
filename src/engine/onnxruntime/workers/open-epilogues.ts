import type { HostTensor } from '../../../core/host-tensor.js';
import { loadFusedKernel } from '../../compiler/fused-kernels/index.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import type { Runtime } from '../runtime.js';
import { type KernelCall, type KernelInput, type OpenRequest, type Rank, rangeOf } from './messages.js';
import type { OpenShard } from './open-shard.js';
import { openProduct } from './products.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

export interface OpenEpilogues {
  /** Computes this worker's range of each epilogue from the partial results of all workers. */
  readonly update: (calls: readonly KernelCall[], partials: ReturnType<OpenShard['partials']>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the kernels of a program on this worker, and the products that are inputs of some. */
export const openEpilogues = async (
  runtime: Runtime,
  rank: Rank,
  memory: ThreadMemory,
  { results, products, kernels }: OpenRequest,
): Promise<OpenEpilogues> => {
  const runners = kernels.map(loadFusedKernel);
  const opened = await Promise.all(products.map((product) => openProduct(runtime, product, rank)));

  // The elements [from, to), given this range of the inputs that workers computed.
  const compute = (
    { kernel, inputs, scalars, outputs: targets }: KernelCall,
    from: number,
    to: number,
    computed: (input: Exclude<KernelInput, { readonly shared: number }>) => readonly Data[],
  ): void => {
    const range = (id: number): Data => memory.at(id).subarray(from, to);
    const arrays = inputs.flatMap((input) => ('shared' in input ? range(input.shared) : computed(input)));
    // Fused kernels take and make float32 only.
    elementAt(runners, kernel)(arrays as Float32Array[], scalars, targets.map(range) as Float32Array[]);
  };

  const update: OpenEpilogues['update'] = async (calls, partials) => {
    for (const call of calls) {
      const [product] = call.inputs.flatMap((input) => ('product' in input ? input.product : []));
      if (product !== undefined) {
        const { left, right } = elementAt(products, product);
        await elementAt(opened, product).make(memory.at(left), memory.at(right), (rows, from) =>
          compute(call, from, from + rows.length, () => [rows]),
        );
      }
      call.ranges.forEach(({ offset, length }, piece) => {
        const [start, end] = rangeOf(length, rank);
        const [from, to] = [offset + start, offset + end];
        const ofAllWorkers = (partial: number): readonly Data[] =>
          (elementAt(results, partial).exchange ?? []).map((id, worker) =>
            worker === rank.index
              ? elementAt(elementAt(partials, partial), piece).subarray(start, end)
              : memory.at(id).subarray(from, to),
          );
        compute(call, from, to, (input) => ('partial' in input ? ofAllWorkers(input.partial) : []));
      });
    }
  };
  const close = async (): Promise<void> => {
    for (const product of opened) await product.close();
  };
  return { update, close };
};
