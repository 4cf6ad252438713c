import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { FusedKernel } from '../../compiler/fused-kernels/index.js';
import type { GraphInput } from '../../compiler/graph/graph.js';
import { elementAt, valueFor } from '../../compiler/graph/lookup.js';
import { microbatchCount, splitIntoMicrobatches } from '../../compiler/sharding/microbatches.js';
import { recompute } from '../../compiler/sharding/recompute.js';
import { roundsOf } from '../../compiler/sharding/rounds.js';
import type { Shard, ShardedGraph, ShardInput } from '../../compiler/sharding/shard-graph.js';
import { channelBlock } from '../channel-block.js';
import { emit, type Model } from '../emit.js';
import type { Runtime } from '../runtime.js';
import type { KernelCall, ShardModel, ShardResult } from './messages.js';
import type { SharedMemory } from './shared-memory.js';
import type { WorkerPool } from './worker-pool.js';

type Draw = Extract<GraphInput['source'], { readonly kind: 'draw' }>;

/** The workers, the buffers that they share, and an id for each program that they open. */
export interface Workers {
  readonly pool: WorkerPool;
  readonly memory: SharedMemory;
  readonly nextProgram: () => number;
}

/** A sharded graph with the number of images of a round. */
export interface RoundedGraph extends ShardedGraph {
  readonly size: number;
}

/** What partial results are for, by position. */
export interface PartialUses {
  /** Returned to the engine. */
  readonly returned: ReadonlySet<number | undefined>;
  /** Inputs of epilogues: the workers exchange them. */
  readonly exchanged: ReadonlySet<number | undefined>;
  /** Factors of the products that are inputs of epilogues. */
  readonly products: readonly (readonly [left: number, right: number])[];
}

export interface OpenShards {
  /** The buffers that workers write into. Workers forget a buffer that can no longer be reached from here. */
  readonly buffers: readonly HostTensor['data'][];
  /** Positions of the arguments that the shards use. */
  readonly arguments: ReadonlySet<number>;
  readonly draws: readonly Draw[];
  /** The ranges in which a kernel computes outputs of this length, given the partial results among its inputs. */
  readonly rangesOf: (partials: readonly (number | undefined)[], length: number) => KernelCall['ranges'];
}

/** Opens the shards of a graph, one on each worker, which computes it in rounds. */
export const openShards = async (
  runtime: Runtime,
  { pool, memory }: Workers,
  { batch, combinations, shard, size }: RoundedGraph,
  program: number,
  kernels: readonly FusedKernel[],
  { returned, exchanged, products }: PartialUses,
): Promise<OpenShards> => {
  const rounds = roundsOf(batch, pool.count, size);
  const block = await channelBlock(runtime);
  // Rounds of the same number of images have the same model.
  const sizes = [...new Set(rounds.flat().map(({ images }) => images))];
  const models = new Map(sizes.map((images) => [images, modelOf(shard(images), images, block)]));
  const images = elementAt(sizes, 0);
  const { model, graph } = valueFor(models, images);
  const draws = [...new Set(graph.inputs.flatMap(({ source }) => (source.kind === 'draw' ? [source] : [])))];
  const exchange = graph.outputs.map(({ shape }, i) =>
    exchanged.has(i) ? rounds.map(() => memory.make('float32', sizeOf(shape))) : undefined,
  );
  const factors = new Map(
    [...new Set(products.flat())].map((i) => {
      const [rows = 0, ...others] = elementAt(graph.outputs, i).shape;
      const [width, length] = [sizeOf(others), (rows / images) * batch];
      return [i, { width, length, data: memory.make('float32', length * width) }] as const;
    }),
  );
  const sharedFactor = (i: number): number => memory.referTo(valueFor(factors, i).data).id;
  const results = graph.outputs.map(
    ({ dtype, shape }, i): ShardResult => ({
      dtype,
      combination: elementAt(combinations, i),
      returned: returned.has(i),
      ...(exchange[i] && { exchange: exchange[i].map((data) => memory.referTo(data).id) }),
      ...(factors.has(i) && { factor: { shared: sharedFactor(i), perImage: sizeOf(shape) / images } }),
    }),
  );
  await pool.request(
    rounds.map((own) => {
      const needed = [...new Set(own.map(({ images }) => images))];
      return {
        kind: 'open',
        program,
        models: needed.map((images) => shardModel(valueFor(models, images).model, draws)),
        rounds: own.map(({ first, images }) => ({ first, model: needed.indexOf(images) })),
        results,
        products: products.map(([left, right]) => ({
          left: sharedFactor(left),
          right: sharedFactor(right),
          inner: valueFor(factors, left).length,
          rows: valueFor(factors, left).width,
          columns: valueFor(factors, right).width,
        })),
        kernels,
      };
    }),
  );
  return {
    buffers: [...exchange.flatMap((each) => each ?? []), ...[...factors.values()].map(({ data }) => data)],
    arguments: new Set(model.inputs.flatMap(({ source }) => (source.kind === 'argument' ? [source.position] : []))),
    draws,
    rangesOf: (partials, length) => {
      const exchanged = partials.find((i) => i !== undefined && exchange[i] !== undefined);
      if (exchanged === undefined) return [{ offset: 0, length }];
      return elementAt(model.outputs, exchanged).map(({ offset, shape }) => ({ offset, length: sizeOf(shape) }));
    },
  };
};

const modelOf = (
  whole: Shard,
  images: number,
  block: number | undefined,
): { readonly graph: Shard; readonly model: Model<ShardInput> } => {
  const graph = recompute(splitIntoMicrobatches(whole, images, microbatchCount(whole, images)));
  return { graph, model: emit(graph, graph.order, block) };
};

const shardModel = ({ bytes, inputs, outputs }: Model<ShardInput>, draws: readonly Draw[]): ShardModel => ({
  bytes,
  outputs,
  feeds: inputs.map(({ name, node: { dtype, shape }, source, range }) => ({
    name,
    dtype,
    shape,
    source:
      source.kind === 'argument'
        ? source
        : { kind: 'draw', draw: draws.indexOf(source), distribution: source.distribution },
    ...(range && { range: { perImage: sizeOf(shape) / range.images, first: range.first } }),
  })),
});
