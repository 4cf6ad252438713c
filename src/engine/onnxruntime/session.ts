import { sizeOf } from '../../core/axes.js';
import { drawWords } from '../../core/draws.js';
import type { HostTensor } from '../../core/host-tensor.js';
import type { Key } from '../../core/key.js';
import type { Graph } from '../compiler/graph/graph.js';
import { drawWordsAt } from '../internal/draw-words.js';
import { emit } from './emit.js';
import type { Piece } from './outputs.js';
import type { Pool } from './pool.js';
import type { Runtime } from './runtime.js';
import { sessionOptions } from './session-options.js';

/**
 * A compiled graph: the outputs for arguments in host memory. Big outputs are written into buffers of the pool, or over
 * `donated` arguments.
 */
export type Program = (
  args: readonly HostTensor[],
  key: Key | undefined,
  pool: Pool,
  donated: ReadonlySet<number>,
) => Promise<readonly HostTensor[]>;

/** Compiles a graph for ONNX Runtime. */
export const createProgram = async (runtime: Runtime, graph: Graph, threads: number): Promise<Program> => {
  const model = emit(graph);
  const session = await runtime.InferenceSession.create(model.bytes, sessionOptions(threads, true));
  const ordinary = ordinaryMemory();
  const tensor = ({ dtype, data, shape }: HostTensor) => new runtime.Tensor(dtype, data as Float32Array, shape);

  return async (args, key, pool) => {
    const feeds = model.inputs.map(({ name, node, source }) => [
      name,
      tensor(source.kind === 'argument' ? ordinary(args[source.position]!) : drawn(key, source, node.shape)),
    ]);
    const targets = graph.outputs.map((node, i) => {
      const pieces = model.outputs[i]!;
      return pieces.length === 1 ? undefined : pool.take(node.dtype, sizeOf(node.shape));
    });
    const fetches = graph.outputs.flatMap(({ dtype }, i) =>
      model.outputs[i]!.map((piece) => {
        const data = targets[i];
        return [piece.name, data === undefined ? null : tensor({ dtype, shape: piece.shape, data: part(data, piece) })];
      }),
    );
    // The runtime takes its turn in setImmediate, so that timers, signals and progress bars have theirs between calls.
    const results = await session.run(Object.fromEntries(feeds), Object.fromEntries(fetches));
    return graph.outputs.map(({ dtype, shape }, i) => {
      const data = targets[i] ?? (results[model.outputs[i]![0]!.name]!.data as HostTensor['data']);
      return { dtype, shape, data };
    });
  };
};

const part = (data: HostTensor['data'], { offset, shape }: Piece): HostTensor['data'] =>
  data.subarray(offset, offset + sizeOf(shape));

const drawn = (
  key: Key | undefined,
  { way, distribution }: Extract<Graph['inputs'][number]['source'], { kind: 'draw' }>,
  shape: readonly number[],
): HostTensor => drawWords(drawWordsAt(key, way), distribution, shape);

// The runtime takes no shared memory: a copy, kept for as long as what it is of.
const ordinaryMemory = (): ((tensor: HostTensor) => HostTensor) => {
  const copies = new WeakMap<HostTensor['data'], HostTensor['data']>();
  return (tensor) => {
    const { data } = tensor;
    if (!(data.buffer instanceof SharedArrayBuffer)) return tensor;
    const copy = copies.get(data) ?? data.slice();
    copies.set(data, copy);
    return { ...tensor, data: copy };
  };
};
