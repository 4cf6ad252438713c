import { sizeOf } from '../../../core/axes.js';
import type { DType } from '../../../core/host-tensor.js';
import { type Graph, type GraphInput, liveNodes } from '../graph/graph.js';
import { isOp, type Node } from '../graph/node.js';
import { type Target, writeNode } from './operators.js';
import { encodeModel, type OnnxConstant, type OnnxNode, type OnnxValue } from './protobuf.js';

/** A stretch of an output, in elements: big outputs leave the runtime in several. */
export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** An ONNX model and how its inputs and outputs stand for those of the graph. */
export interface Model {
  readonly bytes: Uint8Array;
  /** The inputs that are used; the runtime takes no others. */
  readonly inputs: readonly (GraphInput & { readonly name: string })[];
  /** The pieces of each output, in order; one piece has the shape of the output. */
  readonly outputs: readonly (readonly Piece[])[];
}

/**
 * onnxruntime-node 1.30 copies every output into a new buffer. The C library gives blocks above 32 MB back to the
 * system and asks for fresh, zeroed pages on every call, which costs ten times the copy; below, it reuses them.
 */
const PIECE_BYTES = 24e6;

const bytesOf = (values: Float32Array | Int32Array | Uint8Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const scalarBytes = (value: number, dtype: DType): Uint8Array =>
  bytesOf(
    dtype === 'float32' ? Float32Array.of(value) : dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value),
  );

/** Writes a graph as an ONNX model. */
export const emit = (graph: Graph): Model => {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const live = liveNodes(graph);
  const constant = (key: string, make: () => Omit<OnnxConstant, 'name'>): string => {
    if (!constants.has(key)) constants.set(key, { name: key, ...make() });
    return key;
  };
  const integers = (values: readonly number[]): string =>
    constant(`int64 [${values}]`, () => ({
      type: 'int64',
      shape: [values.length],
      bytes: bytesOf(BigInt64Array.from(values.map(BigInt))),
    }));
  const scalar = (value: number, dtype: DType): string =>
    constant(`${dtype} ${Object.is(value, -0) ? '-0' : value}`, () => ({
      type: dtype,
      shape: [],
      bytes: scalarBytes(value, dtype),
    }));
  // A scalar that is known is the shared constant itself.
  const name = (node: Node): string =>
    isOp(node, 'Splat') && node.shape.length === 0 ? scalar(node.operation.value, node.dtype) : `t${node.id}`;
  const targetOf = (node: Node): Target => {
    let steps = 0;
    return {
      name,
      integers,
      scalar,
      add: (operator, inputs, options = {}) => {
        const output = options.step === true ? `${name(node)}.${steps++}` : name(node);
        nodes.push({ operator, inputs, outputs: [output], ...options });
        return output;
      },
    };
  };
  for (const node of live) {
    const { operation, shape, dtype } = node;
    if (operation.op === 'Splat') {
      // Spread by the runtime, so that the model stays small.
      if (shape.length > 0) targetOf(node).add('Expand', [scalar(operation.value, dtype), integers(shape)]);
    } else if (operation.op === 'Data') {
      const { data } = operation;
      constant(name(node), () => ({ type: dtype, shape, bytes: bytesOf(data) }));
    } else writeNode(targetOf(node), node);
  }
  const outputs = graph.outputs.map((node, i) => {
    const pieces = piecesOf(node, `output ${i}`);
    // An output is a copy by name: the same node may be asked for twice, and may be an input or a constant.
    if (pieces.length === 1) nodes.push({ operator: 'Identity', inputs: [name(node)], outputs: [pieces[0]!.name] });
    else {
      const flat = `output ${i} flat`;
      nodes.push({ operator: 'Reshape', inputs: [name(node), integers([-1])], outputs: [flat] });
      for (const { name: piece, offset, shape } of pieces) {
        const ends = [integers([offset]), integers([offset + shape[0]!])];
        nodes.push({ operator: 'Slice', inputs: [flat, ...ends], outputs: [piece] });
      }
    }
    return pieces;
  });
  const used = new Set<Node>(live.filter((node) => isOp(node, 'Input')));
  const inputs = graph.inputs
    .filter(({ node }) => used.has(node))
    .map((input) => ({ ...input, name: name(input.node) }));
  const described = inputs.map(({ name, node }): OnnxValue => ({ name, type: node.dtype, shape: node.shape }));
  const answered = outputs.flatMap((pieces, i) =>
    pieces.map(({ name, shape }): OnnxValue => ({ name, type: graph.outputs[i]!.dtype, shape })),
  );
  const bytes = encodeModel({ nodes, constants: [...constants.values()], inputs: described, outputs: answered });
  return { bytes, inputs, outputs };
};

const piecesOf = (node: Node, name: string): readonly Piece[] => {
  const count = sizeOf(node.shape);
  const pieces = Math.ceil((count * (node.dtype === 'bool' ? 1 : 4)) / PIECE_BYTES);
  if (pieces <= 1) return [{ name, offset: 0, shape: node.shape }];
  const length = Math.ceil(count / pieces);
  return Array.from({ length: pieces }, (_, i) => ({
    name: `${name}.${i}`,
    offset: i * length,
    shape: [Math.min(length, count - i * length)],
  }));
};
