import {
  type backend_util,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type TensorInfo,
  Variable,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../core/axes.js';
import type { DType, HostTensor } from '../../../core/host-tensor.js';
import { refusal } from '../../internal/refusal.js';
import type { Builder } from '../graph/builder.js';
import { reshape } from '../graph/movement.js';
import { isOp, type Node, sameShape } from '../graph/node.js';

/** The largest array of different numbers that a traced function may hold as a constant. */
const LARGEST_CONSTANT = 2 ** 20;

/** A tfjs backend whose tensors are nodes of a graph: kernels record instead of compute. */
export class TraceBackend extends KernelBackend {
  /** The graph of the trace that is under way; tfjs makes one backend for good. */
  graph: Builder | undefined;
  private readonly nodes = new DataStorage<Node>(this, engine());

  recording(): Builder {
    if (this.graph === undefined)
      throw refusal('captured-tensor', 'a traced tensor was used after the trace had ended');
    return this.graph;
  }

  /** A new tensor that stands for a node. */
  tensorOf(node: Node): TensorInfo {
    const dataId = {};
    this.nodes.set(dataId, node);
    return { dataId, shape: [...node.shape], dtype: node.dtype };
  }

  /** The node that a tensor stands for. */
  nodeOf(tensor: TensorInfo): Node {
    if (tensor instanceof Variable) {
      throw refusal(
        'variable',
        `the variable '${tensor.name}' is used in a traced function: pass its value as an argument`,
      );
    }
    if (!this.nodes.has(tensor.dataId)) {
      throw refusal(
        'captured-tensor',
        `a tensor of shape [${tensor.shape}] comes from outside the traced function and would be frozen: pass it as an argument`,
      );
    }
    const node = this.nodes.get(tensor.dataId);
    // Clones and reshapes of a tensor may share its data under another shape.
    return sameShape(node.shape, tensor.shape) ? node : reshape(this.recording(), node, tensor.shape);
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw refusal('unknown-kernel', `the compiler has no tensors of type ${dtype}, only float32, int32 and bool`);
    }
    const node = this.recording().constant({
      shape,
      dtype,
      data: stored(values as ArrayLike<number> | null, shape, dtype),
    });
    if (isOp(node, 'Data') && node.operation.data.length > LARGEST_CONSTANT) {
      throw refusal(
        'captured-tensor',
        `a constant of shape [${shape}] is made in the traced function: pass it as an argument, or draw it from the key`,
      );
    }
    return this.tensorOf(node).dataId;
  }

  override readSync(dataId: object): backend_util.BackendValues {
    const { operation, shape, dtype } = this.nodes.get(dataId);
    if (operation.op === 'Data') return operation.data.slice();
    if (operation.op === 'Splat') return stored(null, shape, dtype).fill(operation.value);
    throw refusal(
      'traced-value-read',
      'the numbers of a traced tensor were asked for (dataSync, arraySync, data, print): while a function is traced there are none; compute with tensors, or return the tensor and read it outside',
    );
  }

  override async read(dataId: object): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  // Each tensor has data of its own, so that there is nothing to count.
  override disposeData(dataId: object): boolean {
    this.nodes.delete(dataId);
    return true;
  }
  override refCount(dataId: object): number {
    return this.nodes.has(dataId) ? 1 : 0;
  }
  override incRef(): void {}
  override numDataIds(): number {
    return this.nodes.numDataIds();
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}
}

// A copy: what the caller does to its array later must not change the graph.
const stored = (values: ArrayLike<number> | null, shape: readonly number[], dtype: DType): HostTensor['data'] => {
  const source = values ?? new Float32Array(sizeOf(shape));
  return dtype === 'float32'
    ? Float32Array.from(source)
    : dtype === 'int32'
      ? Int32Array.from(source)
      : Uint8Array.from(source);
};
