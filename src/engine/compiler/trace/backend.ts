import {
  type backend_util,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  Tensor,
  type TensorInfo,
  Variable,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../core/axes.js';
import type { DType, HostTensor } from '../../../core/host-tensor.js';
import { refusal } from '../../internal/refusal.js';
import type { Builder } from '../graph/builder.js';
import { reshape } from '../graph/movement.js';
import { isOp, type Node, sameShape } from '../graph/node.js';
import { supportedDType } from './supported-dtype.js';

// In elements. Arrays of equal numbers do not count.
const LARGEST_CONSTANT = 2 ** 20;

/** A tfjs backend whose tensors are nodes of a graph. Its kernels record instead of computing. */
export class TraceBackend extends KernelBackend {
  /** The graph of the trace in progress; tfjs creates one backend, which serves all traces. */
  graph: Builder | undefined;
  private readonly nodes = new DataStorage<Node>(this, engine());

  recording(): Builder {
    if (this.graph === undefined) throw refusal('captured-tensor', 'a traced tensor was used after tracing had ended');
    return this.graph;
  }

  /** A new tensor for a node. */
  tensorOf(node: Node): TensorInfo {
    const dataId = {};
    this.nodes.set(dataId, node);
    return { dataId, shape: [...node.shape], dtype: node.dtype };
  }

  /** The node of a tensor. */
  nodeOf(tensor: TensorInfo): Node {
    if (tensor instanceof Variable) {
      throw refusal(
        'variable',
        `the variable '${tensor.name}' is used in a traced function: pass its value as an argument`,
      );
    }
    if (!this.nodes.has(tensor.dataId)) {
      if (tensor instanceof Tensor && tensor.isDisposed)
        throw refusal('function-threw', 'the function threw: a tensor is used after it was disposed');
      throw refusal(
        'captured-tensor',
        `a tensor of shape [${tensor.shape}] comes from outside the traced function, which would fix its values: pass it as an argument`,
      );
    }
    const node = this.nodes.get(tensor.dataId);
    // Clones and reshapes of a tensor may share its data under another shape.
    return sameShape(node.shape, tensor.shape) ? node : reshape(this.recording(), node, tensor.shape);
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    const type = supportedDType(dtype);
    // Only string tensors have values that are not numbers.
    const data = stored(values as ArrayLike<number> | null, shape, type);
    const node = this.recording().constant({ shape, dtype: type, data });
    if (isOp(node, 'Data') && node.operation.data.length > LARGEST_CONSTANT) {
      throw refusal(
        'captured-tensor',
        `the traced function creates a constant of shape [${shape}], larger than ${LARGEST_CONSTANT} elements: pass it as an argument, or draw it from the key`,
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
      'the values of a traced tensor were read (dataSync, arraySync, data or print), but a tensor has no values during tracing: compute with tensors, or return the tensor and read it outside',
    );
  }

  override async read(dataId: object): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  // Tensors do not share data, so there are no references to count.
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

// A copy: later changes to the caller's array must not change the graph.
const stored = (values: ArrayLike<number> | null, shape: readonly number[], dtype: DType): HostTensor['data'] => {
  const source = values ?? new Float32Array(sizeOf(shape));
  return dtype === 'float32'
    ? Float32Array.from(source)
    : dtype === 'int32'
      ? Int32Array.from(source)
      : Uint8Array.from(source);
};
