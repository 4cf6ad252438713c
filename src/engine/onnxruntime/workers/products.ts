import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { builder } from '../../compiler/graph/builder.js';
import { matMul } from '../../compiler/graph/mat-mul.js';
import { emit } from '../emit.js';
import type { Runtime } from '../runtime.js';
import { sessionOptions } from '../session-options.js';
import { type FactoredProduct, type Rank, rangeOf } from './messages.js';

/** Receives some elements of a product, in order, and the position of the first. */
export type UseRows = (elements: Float32Array, from: number) => void;

export interface OpenedProduct {
  /** Computes this worker's rows of `leftᵀ right`, a few at a time, and passes them on before it computes the next. */
  readonly make: (left: HostTensor['data'], right: HostTensor['data'], use: UseRows) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How many elements are computed at a time: few enough to be in the cache when they are used. */
const PIECE = 2 ** 19;

/** Opens a product on this worker. */
export const openProduct = async (runtime: Runtime, product: FactoredProduct, rank: Rank): Promise<OpenedProduct> => {
  const { inner, rows, columns } = product;
  const [first, end] = rangeOf(rows, rank);
  const step = Math.max(1, Math.floor(PIECE / columns));
  const starts = Array.from({ length: Math.ceil((end - first) / step) }, (_, i) => first + i * step);
  const lengthAt = (start: number): number => Math.min(step, end - start);
  const factor = new Float32Array(inner * columns);
  const pieces = new Map<number, Awaited<ReturnType<typeof openPiece>>>();
  for (const length of new Set(starts.map(lengthAt))) {
    pieces.set(length, await openPiece(runtime, inner, length, factor, columns));
  }
  return {
    make: async (left, right, use) => {
      factor.set(right);
      for (const start of starts) {
        const { some, run } = pieces.get(lengthAt(start))!;
        const length = lengthAt(start);
        for (let i = 0; i < inner; i++)
          some.set(left.subarray(i * rows + start, i * rows + start + length), i * length);
        use(await run(), start * columns);
      }
    },
    close: async () => {
      for (const { session } of pieces.values()) await session.release();
    },
  };
};

const openPiece = async (runtime: Runtime, inner: number, rows: number, factor: Float32Array, columns: number) => {
  const make = builder();
  const nodes = [make.input([inner, rows], 'float32'), make.input([inner, columns], 'float32')] as const;
  const inputs = nodes.map((node, position) => ({ node, source: { kind: 'argument', position } as const }));
  const model = emit({ inputs, outputs: [matMul(make, ...nodes, true, false)] });
  const session = await runtime.InferenceSession.create(model.bytes, sessionOptions(1, false));
  const some = new Float32Array(inner * rows);
  const made = new Float32Array(rows * columns);
  const tensors = [some, factor].map((data, i) => new runtime.Tensor('float32', data, nodes[i]!.shape));
  const feeds = Object.fromEntries(tensors.map((tensor, i) => [model.inputs[i]!.name, tensor]));
  const fetches = Object.fromEntries(
    model.outputs[0]!.map(({ name, offset, shape }) => {
      const piece = made.subarray(offset, offset + sizeOf(shape));
      return [name, new runtime.Tensor('float32', piece, shape)];
    }),
  );
  const run = async (): Promise<Float32Array> => {
    await session.run(feeds, fetches);
    return made;
  };
  return { some, run, session };
};
