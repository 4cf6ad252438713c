import type { HostTensor } from '../../../core/host-tensor.js';
import { loadFusedKernel } from '../../compiler/fused-kernels/index.js';
import type { Runtime } from '../runtime.js';
import { type KernelArray, type KernelCall, type Question, type Rank, shareOf } from './messages.js';
import type { OpenedPart } from './open-part.js';
import { openProduct } from './products.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];
type Opened = Extract<Question, { kind: 'open' }>;
type MadeArray = Exclude<KernelArray, { readonly shared: number }>;

export interface OpenedTails {
  /** Computes this thread's share of the tails, from what its part and those of the others made. */
  readonly update: (calls: readonly KernelCall[], made: ReturnType<OpenedPart['made']>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the kernels of a program on this thread, and the products that some begin with. */
export const openTails = async (
  runtime: Runtime,
  rank: Rank,
  memory: ThreadMemory,
  { outputs, products, kernels }: Opened,
): Promise<OpenedTails> => {
  const runners = kernels.map(loadFusedKernel);
  const opened = await Promise.all(products.map((product) => openProduct(runtime, product, rank)));

  // The elements [from, to), given what the threads have made of them.
  const compute = (
    { kernel, arrays, scalars, outputs: targets }: KernelCall,
    from: number,
    to: number,
    madeOf: (array: MadeArray) => readonly Data[],
  ): void => {
    const stretch = (id: number): Data => memory.at(id).subarray(from, to);
    const given = arrays.flatMap((array) => ('shared' in array ? stretch(array.shared) : madeOf(array)));
    runners[kernel]!(given as Float32Array[], scalars, targets.map(stretch) as Float32Array[]);
  };

  const update: OpenedTails['update'] = async (calls, made) => {
    for (const call of calls) {
      const [product] = call.arrays.flatMap((array) => ('product' in array ? array.product : []));
      if (product !== undefined) {
        const { left, right } = products[product]!;
        await opened[product]!.make(memory.at(left), memory.at(right), (rows, from) =>
          compute(call, from, from + rows.length, () => [rows]),
        );
      }
      call.stretches.forEach(({ offset, length }, piece) => {
        const [start, end] = shareOf(length, rank);
        const [from, to] = [offset + start, offset + end];
        const jointOf = (joint: number): readonly Data[] =>
          outputs[joint]!.handOver!.map((id, thread) =>
            thread === rank.index ? made[joint]![piece]!.subarray(start, end) : memory.at(id).subarray(from, to),
          );
        compute(call, from, to, (array) => ('joint' in array ? jointOf(array.joint) : []));
      });
    }
  };
  const close = async (): Promise<void> => {
    for (const product of opened) await product.close();
  };
  return { update, close };
};
