import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import type { Division, Part, PartInput } from '../../compiler/divide/divide.js';
import { sliced, slicesFor } from '../../compiler/divide/slices.js';
import type { GraphInput } from '../../compiler/graph/graph.js';
import type { Kernel } from '../../compiler/kernels/index.js';
import { emit, type Model } from '../emit.js';
import type { KernelCall, ShardInput, ShardOutput } from './messages.js';
import type { SharedMemory } from './shared-memory.js';
import type { WorkerPool } from './worker-pool.js';

type Draw = Extract<GraphInput['source'], { readonly kind: 'draw' }>;

/** The workers, the buffers that they share, and an id for each program that they open. */
export interface Workers {
  readonly pool: WorkerPool;
  readonly memory: SharedMemory;
  readonly nextProgram: () => number;
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
  /** How many images each worker computes. */
  readonly images: readonly number[];
  /** Positions of the arguments that the shards use. */
  readonly arguments: ReadonlySet<number>;
  readonly draws: readonly Draw[];
  /** The ranges in which a kernel computes outputs of this length, given the partial results among its inputs. */
  readonly rangesOf: (partials: readonly (number | undefined)[], length: number) => KernelCall['ranges'];
}

/** Opens the shards of a division, one on each worker. */
export const openShards = async (
  { pool, memory }: Workers,
  { batch, joints, part }: Division,
  program: number,
  kernels: readonly Kernel[],
  { returned, exchanged, products }: PartialUses,
): Promise<OpenShards> => {
  const firstImage = (worker: number): number => Math.floor((batch * worker) / pool.count);
  const images = Array.from({ length: pool.count }, (_, i) => firstImage(i + 1) - firstImage(i));
  // Workers with the same number of images have the same model.
  const models = new Map([...new Set(images)].map((count) => [count, modelOf(part(count), count)]));
  const { model, graph } = models.get(images[0]!)!;
  const draws = [...new Set(graph.inputs.flatMap(({ source }) => (source.kind === 'draw' ? [source] : [])))];
  const exchange = joints.map((_, i) =>
    exchanged.has(i) ? images.map(() => memory.make('float32', sizeOf(graph.outputs[i]!.shape))) : undefined,
  );
  const factors = new Map(
    [...new Set(products.flat())].map((i) => {
      const [rows = 0, ...others] = graph.outputs[i]!.shape;
      const [width, length] = [sizeOf(others), (rows / images[0]!) * batch];
      return [i, { width, length, data: memory.make('float32', length * width) }] as const;
    }),
  );
  const factorOf = (i: number) => {
    const { data, ...sizes } = factors.get(i)!;
    return { ...sizes, shared: memory.referTo(data).id };
  };
  await pool.request(
    images.map((count, worker) => {
      const { model, graph } = models.get(count)!;
      return {
        kind: 'open',
        program,
        model: model.bytes,
        inputs: inputsOf(model, draws, firstImage(worker)),
        outputs: graph.outputs.map(
          ({ dtype, shape }, i): ShardOutput => ({
            pieces: model.outputs[i]!,
            dtype,
            returned: returned.has(i),
            ...(exchange[i] && { exchange: exchange[i].map((data) => memory.referTo(data).id) }),
            ...(factors.has(i) && {
              factor: { shared: factorOf(i).shared, from: (sizeOf(shape) / count) * firstImage(worker) },
            }),
          }),
        ),
        products: products.map((product) => {
          const [left, right] = [factorOf(product[0]), factorOf(product[1])];
          return {
            left: left.shared,
            right: right.shared,
            inner: left.length,
            rows: left.width,
            columns: right.width,
          };
        }),
        kernels,
      };
    }),
  );
  return {
    buffers: [...exchange.flatMap((each) => each ?? []), ...[...factors.values()].map(({ data }) => data)],
    images,
    arguments: new Set(model.inputs.flatMap(({ source }) => (source.kind === 'argument' ? [source.position] : []))),
    draws,
    rangesOf: (partials, length) => {
      const pieces = partials.flatMap((i) => (i !== undefined && exchange[i] !== undefined ? [model.outputs[i]!] : []));
      return pieces[0]?.map(({ offset, shape }) => ({ offset, length: sizeOf(shape) })) ?? [{ offset: 0, length }];
    },
  };
};

const modelOf = (whole: Part, images: number): { readonly graph: Part; readonly model: Model<PartInput> } => {
  const graph = sliced(whole, images, slicesFor(whole, images));
  return { graph, model: emit(graph, graph.order) };
};

const inputsOf = (model: Model<PartInput>, draws: readonly Draw[], firstImage: number): readonly ShardInput[] =>
  model.inputs.map(({ name, node: { dtype, shape }, source, stretch }) => ({
    name,
    dtype,
    shape,
    source:
      source.kind === 'argument'
        ? source
        : { kind: 'draw', draw: draws.indexOf(source), distribution: source.distribution },
    ...(stretch && { from: (sizeOf(shape) / stretch.images) * (firstImage + stretch.first) }),
  }));
