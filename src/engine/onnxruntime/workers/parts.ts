import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { FusedKernel } from '../../compiler/fused-kernels/index.js';
import type { GraphInput } from '../../compiler/graph/graph.js';
import { microbatchCount, splitIntoMicrobatches } from '../../compiler/sharding/microbatches.js';
import type { Shard, ShardedGraph, ShardInput } from '../../compiler/sharding/shard-graph.js';
import { emit, type Model } from '../emit.js';
import type { Piece } from '../outputs.js';
import type { PartFeed, PartOutput } from './messages.js';
import type { Site } from './program.js';

type Draw = Extract<GraphInput['source'], { readonly kind: 'draw' }>;

/**
 * What becomes of the joints: some are answered to the engine, some are kept by the threads for the tails, and some are factors of
 * products that the tails begin with.
 */
export interface Uses {
  readonly answered: ReadonlySet<number | undefined>;
  readonly kept: ReadonlySet<number | undefined>;
  readonly products: readonly (readonly [left: number, right: number])[];
}

export interface OpenedParts {
  /** What the threads write into; they forget it when nobody here holds it any more. */
  readonly held: readonly HostTensor['data'][];
  /** How many images each thread takes. */
  readonly images: readonly number[];
  /** Positions of the arguments that the parts use. */
  readonly arguments: ReadonlySet<number>;
  readonly draws: readonly Draw[];
  /** The stretches in which an array of this length is worked on, given the joints beside it. */
  readonly stretchesOf: (
    joints: readonly (number | undefined)[],
    length: number,
  ) => readonly { readonly offset: number; readonly length: number }[];
}

/** Opens the parts of a division in the threads of the crew, one in each. */
export const openParts = async (
  { crew, memory }: Site,
  { batch, combinations: joints, shard: part }: ShardedGraph,
  program: number,
  kernels: readonly FusedKernel[],
  { answered, kept, products }: Uses,
): Promise<OpenedParts> => {
  const images = Array.from(
    { length: crew.count },
    (_, i) => firstImage(batch, crew.count, i + 1) - firstImage(batch, crew.count, i),
  );
  const sizes = new Map([...new Set(images)].map((count) => [count, modelOf(part(count), count)]));
  const [{ model, graph }] = [...sizes.values()] as [ReturnType<typeof modelOf>];
  const draws = [...new Set(graph.inputs.flatMap(({ source }) => (source.kind === 'draw' ? [source] : [])))];
  const lengths = graph.outputs.map(({ shape }) => sizeOf(shape));
  // Where threads hand over to each other.
  const exchange = joints.map((_, i) =>
    kept.has(i) ? images.map(() => memory.make('float32', lengths[i]!)) : undefined,
  );
  const factors = new Map(
    [...new Set(products.flat())].map((i) => {
      const [rows = 0, ...others] = graph.outputs[i]!.shape;
      const [width, length] = [sizeOf(others), (rows / images[0]!) * batch];
      return [i, { width, length, data: memory.make('float32', length * width) }] as const;
    }),
  );
  const sharedFactor = (i: number) => memory.referTo(factors.get(i)!.data).id;
  await crew.ask(
    images.map((count, thread) => {
      const { model, graph } = sizes.get(count)!;
      return {
        kind: 'open',
        program,
        model: model.bytes,
        feeds: feedsOf(model, draws, firstImage(batch, crew.count, thread)),
        outputs: graph.outputs.map(({ dtype, shape }, i): PartOutput => {
          const handOver = exchange[i]?.map((data) => memory.referTo(data).id);
          const factor = factors.get(i);
          const from = factor && (sizeOf(shape) / count) * firstImage(batch, crew.count, thread);
          return {
            pieces: model.outputs[i]!,
            dtype,
            answered: answered.has(i),
            ...(handOver && { handOver }),
            ...(from !== undefined && { place: { shared: sharedFactor(i), from } }),
          };
        }),
        products: products.map(([left, right]) => ({
          left: sharedFactor(left),
          right: sharedFactor(right),
          inner: factors.get(left)!.length,
          rows: factors.get(left)!.width,
          columns: factors.get(right)!.width,
        })),
        kernels,
      };
    }),
  );
  return {
    held: [...exchange.flatMap((each) => each ?? []), ...[...factors.values()].map(({ data }) => data)],
    images,
    arguments: new Set(model.inputs.flatMap(({ source }) => (source.kind === 'argument' ? [source.position] : []))),
    draws,
    stretchesOf: (beside, length) => {
      const joint = beside.find((each) => each !== undefined && exchange[each] !== undefined);
      return joint === undefined ? [{ offset: 0, length }] : model.outputs[joint]!.map(stretchOf);
    },
  };
};

const modelOf = (whole: Shard, images: number): { readonly graph: Shard; readonly model: Model<ShardInput> } => {
  const graph = splitIntoMicrobatches(whole, images, microbatchCount(whole, images));
  return { graph, model: emit(graph, graph.order) };
};

const stretchOf = ({ offset, shape }: Piece) => ({ offset, length: sizeOf(shape) });

const firstImage = (batch: number, count: number, thread: number): number => Math.floor((batch * thread) / count);

const feedsOf = (model: Model<ShardInput>, draws: readonly Draw[], before: number): readonly PartFeed[] =>
  model.inputs.map(({ name, node: { dtype, shape }, source, range }) => ({
    name,
    dtype,
    shape,
    source:
      source.kind === 'argument'
        ? source
        : { kind: 'draw', draw: draws.indexOf(source), distribution: source.distribution },
    ...(range && { from: (sizeOf(shape) / range.images) * (before + range.first) }),
  }));
