import type { DType } from '../../core/host-tensor.js';
import { type Graph, type GraphInput, liveNodes } from '../compiler/graph/graph.js';
import { elementAt } from '../compiler/graph/lookup.js';
import { isOp, type Node, type NodeOf } from '../compiler/graph/node.js';
import { convolutionsInBlocks } from './blocks.js';
import { allFusions } from './fusions.js';
import { writeNode } from './operators.js';
import { writeOrder } from './order.js';
import { isMadeInPieces, isOnePiece, type Piece, writeOutput, writeProductInPieces } from './outputs.js';
import { encodeModel, type OnnxConstant, type OnnxGraph, type OnnxNode, type OnnxValue } from './protobuf.js';
import { reductionsWithin } from './reductions.js';
import { productsInSums } from './sums.js';
import type { Target } from './target.js';

/** How the inputs and outputs of an ONNX graph correspond to those of a graph. */
interface Correspondence<Input extends GraphInput> {
  /** The inputs that are used. The runtime accepts no others. */
  readonly inputs: readonly (Input & { readonly name: string })[];
  /** The pieces of each output, in order; one piece has the shape of the output. */
  readonly outputs: readonly (readonly Piece[])[];
}

/** A graph as ONNX has it. */
export interface Written<Input extends GraphInput = GraphInput> extends Correspondence<Input> {
  readonly onnx: OnnxGraph;
}

/** An ONNX model in bytes. */
export interface Model<Input extends GraphInput = GraphInput> extends Correspondence<Input> {
  readonly bytes: Uint8Array;
}

export interface EmitOptions {
  /** These nodes are computed in this order, as far as dependencies allow. */
  readonly order?: readonly Node[];
  /** For any runtime, not only for ONNX Runtime: standard operators only, and every output in one piece. */
  readonly portable?: boolean;
  /** The runtime's `channelBlock`: convolutions take so many channels together. */
  readonly block?: number | undefined;
}

const bytesOf = (values: Float32Array | Int32Array | Uint8Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const scalarBytes = (value: number, dtype: DType): Uint8Array =>
  bytesOf(
    dtype === 'float32' ? Float32Array.of(value) : dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value),
  );

/** Writes a graph as an ONNX model for ONNX Runtime, whose `channelBlock` is `block`. */
export const emit = <Input extends GraphInput>(
  graph: Graph & { readonly inputs: readonly Input[] },
  order: readonly Node[] = [],
  block?: number,
): Model<Input> => {
  const { onnx, ...rest } = write(graph, { order, block });
  return { bytes: encodeModel(onnx), ...rest };
};

/** Writes a graph in the terms of ONNX. */
export const write = <Input extends GraphInput>(
  graph: Graph & { readonly inputs: readonly Input[] },
  { order = [], portable = false, block }: EmitOptions = {},
): Written<Input> => {
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
  // A known scalar is the shared constant itself.
  const name = (node: Node): string =>
    isOp(node, 'Splat') && node.shape.length === 0
      ? scalar(node.operation.value, node.dtype)
      : (outputNames.get(node) ?? `t${node.id}`);
  // A node that is computed for an output has the name of the output. The same node may be two outputs.
  const outputNames = new Map<Node, string>();
  graph.outputs.forEach((node, i) => {
    if (isComputed(node) && (portable || isOnePiece(node)) && !outputNames.has(node))
      outputNames.set(node, outputName(i));
  });
  const shared = new Map<string, string>();
  const once: Target['once'] = (key, make) => {
    const value = shared.get(key) ?? make();
    shared.set(key, value);
    return value;
  };
  const targetOf = (node: Node): Target => {
    let steps = 0;
    return {
      portable,
      name,
      integers,
      scalar,
      once,
      add: (operator, inputs, options = {}) => {
        const output = options.output ?? (options.step === true ? `${name(node)}.${steps++}` : name(node));
        const other = `${output}.unused`;
        const outputs = { before: [other, output], after: [output, other], none: [output] }[options.unused ?? 'none'];
        nodes.push({ operator, inputs, outputs, ...options });
        return output;
      },
    };
  };
  const uses = usesOf(graph, live);
  const isInPieces = (node: Node): node is NodeOf<'MatMul'> => !portable && isMadeInPieces(node, uses.get(node) ?? 0);
  const inPieces = new Set<Node>(graph.outputs.filter(isInPieces));
  const findFusions = allFusions(productsInSums, reductionsWithin, convolutionsInBlocks(block));
  const { writers, absorbed } = findFusions(live, uses);
  // A node that is absorbed by another operator has no name.
  const named = new Set(live.filter((node) => !inPieces.has(node) && !absorbed.has(node)));
  for (const node of named) {
    const { operation, shape, dtype } = node;
    if (operation.op === 'Splat') {
      // Expanded by the runtime, so that the model stays small.
      if (shape.length > 0) targetOf(node).add('Expand', [scalar(operation.value, dtype), integers(shape)]);
    } else if (operation.op === 'Data') {
      const { data } = operation;
      constant(name(node), () => ({ type: dtype, shape, bytes: bytesOf(data) }));
    } else {
      const write = writers.get(node) ?? ((target: Target) => writeNode(target, node));
      write(targetOf(node));
    }
  }
  const outputs = graph.outputs.map((node, i) =>
    isInPieces(node)
      ? writeProductInPieces(targetOf(node), node, outputName(i))
      : writeOutput(targetOf(node), node, outputName(i)),
  );
  writeOrder(
    targetOf,
    order.filter((node) => named.has(node)),
  );
  const used = new Set<Node>(live.filter((node) => isOp(node, 'Input')));
  const inputs = (graph.inputs as readonly Input[])
    .filter(({ node }) => used.has(node))
    .map((input) => ({ ...input, name: name(input.node) }));
  const described = inputs.map(({ name, node }): OnnxValue => ({ name, type: node.dtype, shape: node.shape }));
  const results = outputs.flatMap((pieces, i) =>
    pieces.map(({ name, shape }): OnnxValue => ({ name, type: elementAt(graph.outputs, i).dtype, shape })),
  );
  const onnx = { nodes, constants: [...constants.values()], inputs: described, outputs: results };
  return { onnx, inputs, outputs };
};

const outputName = (position: number): string => `output ${position}`;

const isComputed = (node: Node): boolean => !['Input', 'Splat', 'Data'].includes(node.operation.op);

const usesOf = (graph: Graph, live: readonly Node[]): ReadonlyMap<Node, number> => {
  const uses = new Map<Node, number>();
  for (const node of [...graph.outputs, ...live.flatMap((each) => each.inputs)])
    uses.set(node, (uses.get(node) ?? 0) + 1);
  return uses;
};
