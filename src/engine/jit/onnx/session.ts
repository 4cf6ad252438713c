import { sizeOf } from '../../../core/axes.js';
import { drawWords } from '../../../core/draws.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { follow, type Key } from '../../../core/key.js';
import type { Graph } from '../graph/graph.js';
import { emit, type Piece } from './emit.js';
import type { Pool } from './pool.js';
import type { Runtime } from './runtime.js';

/** A compiled graph: the outputs for arguments in host memory. Big outputs are written into buffers of the pool. */
export type Program = (args: readonly HostTensor[], key: Key, pool: Pool) => Promise<readonly HostTensor[]>;

/**
 * Compiles a graph for ONNX Runtime. The memory pattern is off: it reserves the peak of each new shape at once and buys
 * no time. The arena stays: without it a step takes twice as long. Threads sleep where they would spin: spinning gains
 * a twentieth on an idle machine and makes a step three times as long beside one busy neighbour.
 */
export const createProgram = async (runtime: Runtime, graph: Graph, threads: number): Promise<Program> => {
  const model = emit(graph);
  const session = await runtime.InferenceSession.create(model.bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const tensor = ({ dtype, data, shape }: HostTensor) => new runtime.Tensor(dtype, data as Float32Array, shape);

  return async (args, key, pool) => {
    const feeds = model.inputs.map(({ name, node, source }) => [
      name,
      tensor(source.kind === 'argument' ? args[source.position]! : drawn(key, source, node.shape)),
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
  key: Key,
  { way, distribution }: Extract<Graph['inputs'][number]['source'], { kind: 'draw' }>,
  shape: readonly number[],
): HostTensor => {
  if (key.root.kind === 'deferred') throw new Error('a compiled function was called with the key of a trace');
  return drawWords(follow(key.root.words, [...key.way, ...way]), distribution, shape);
};
