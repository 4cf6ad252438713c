import { type HostTensor, viewOf } from '../core/host-tensor.js';
import { leaves, mapSame } from '../core/tree.js';

/** The examples of a batch: the length of the first axis of its tensors, 0 if they differ. */
export const examplesIn = (batch: unknown): number => {
  const [examples, other] = new Set(leaves<HostTensor>(batch).map(({ shape }) => shape[0] ?? 0));
  return other === undefined ? (examples ?? 0) : 0;
};

/** A batch of `examples` examples with its last one repeated until there are `size`. */
export const fillUp =
  (examples: number, size: number) =>
  <T>(batch: T): T =>
    mapSame<HostTensor>(({ dtype, shape, data }) => {
      const length = data.length / examples;
      const filled = viewOf(dtype, new ArrayBuffer(data.BYTES_PER_ELEMENT * length * size));
      filled.set(data);
      for (let i = examples; i < size; i++) filled.copyWithin(i * length, data.length - length, data.length);
      return { dtype, shape: [size, ...shape.slice(1)], data: filled };
    })(batch);
