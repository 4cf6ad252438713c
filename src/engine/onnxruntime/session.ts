import type { Tensor } from 'onnxruntime-node';
import { sizeOf } from '../../core/axes.js';
import { drawWords } from '../../core/host-draws.js';
import { type HostTensor, viewOf } from '../../core/host-tensor.js';
import type { Program } from '../compiled/back-end.js';
import { drawWordsAt } from '../compiled/draw-words.js';
import type { Graph } from '../compiler/graph/graph.js';
import { elementAt } from '../compiler/graph/lookup.js';
import type { Node } from '../compiler/graph/node.js';
import type { BufferPool } from './buffer-pool.js';
import { channelBlock } from './channel-block.js';
import { emit } from './emit.js';
import type { Piece } from './outputs.js';
import type { Runtime } from './runtime.js';
import { sessionOptions } from './session-options.js';

/** Compiles a graph for one ONNX Runtime session. Large outputs are written into buffers of the pool. */
export const createProgram = async (
  runtime: Runtime,
  graph: Graph,
  threads: number,
  buffers: BufferPool,
): Promise<Program<HostTensor>> => {
  if (graph.outputs.every(isConstant)) return async () => graph.outputs.map(constantOf);
  const model = emit(graph, [], await channelBlock(runtime));
  const session = await runtime.InferenceSession.create(model.bytes, sessionOptions(threads, true));
  const ordinary = ordinaryMemory();

  const run: Program<HostTensor> = async (args, { key }) => {
    const feeds = model.inputs.map(({ name, node, source }) => {
      const input =
        source.kind === 'argument'
          ? ordinary(elementAt(args, source.position))
          : drawWords(drawWordsAt(key, source.path), source.distribution, node.shape);
      return [name, runtimeTensor(runtime, input)] as const;
    });
    // An output in one piece is fetched into a new buffer of the runtime.
    const targets = model.outputs.map((pieces, i) => {
      const node = elementAt(graph.outputs, i);
      return pieces.length === 1 ? undefined : buffers.take(node.dtype, sizeOf(node.shape));
    });
    const fetches = model.outputs.flatMap((pieces, i) =>
      pieces.map((piece) => {
        const { dtype } = elementAt(graph.outputs, i);
        const data = targets[i];
        const target = data && runtimeTensor(runtime, { dtype, shape: piece.shape, data: pieceOf(data, piece) });
        return [piece.name, target ?? null] as const;
      }),
    );
    // The runtime runs in setImmediate, so that timers, signals and progress bars have their turn between calls.
    const results = await session.run(Object.fromEntries(feeds), Object.fromEntries(fetches));
    return graph.outputs.map(({ dtype, shape }, i) => {
      const { name } = elementAt(elementAt(model.outputs, i), 0);
      return { dtype, shape, data: targets[i] ?? resultData(results[name]) };
    });
  };
  return Object.assign(run, { close: () => session.release() });
};

// ONNX Runtime 1.30 refuses a model in which nothing is computed.
const isConstant = ({ operation: { op } }: Node): boolean => op === 'Splat' || op === 'Data';

const constantOf = ({ operation, dtype, shape }: Node): HostTensor => {
  if (operation.op === 'Data') return { dtype, shape, data: operation.data.slice() };
  const size = sizeOf(shape);
  const data = viewOf(dtype, new ArrayBuffer(dtype === 'bool' ? size : 4 * size));
  return { dtype, shape, data: operation.op === 'Splat' ? data.fill(operation.value) : data };
};

/** A tensor of the runtime over the same memory. */
export const runtimeTensor = (runtime: Runtime, { dtype, shape, data }: HostTensor): Tensor =>
  new runtime.Tensor(dtype, data, shape);

/** The numbers that the runtime made for an output of a graph, which is float32, int32 or bool. */
export const resultData = (result: Tensor | undefined): HostTensor['data'] => {
  if (result === undefined) throw new Error('the runtime left an output out');
  return result.data as HostTensor['data'];
};

const pieceOf = (data: HostTensor['data'], { offset, shape }: Piece): HostTensor['data'] =>
  data.subarray(offset, offset + sizeOf(shape));

// The runtime does not accept shared memory: a copy, cached as long as the original lives.
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
