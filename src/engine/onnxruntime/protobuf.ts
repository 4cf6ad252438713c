/**
 * Serializes ONNX models: the few messages of `onnx.proto3` that a graph of tensors needs, written with `pbf`.
 * The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
 *
 * @module
 */
import { PbfWriter } from 'pbf';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8' | 'float16';

export type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

export interface OnnxNode {
  readonly operator: string;
  /** An empty name omits an optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** One of ONNX Runtime's own operators, which are not in the standard. */
  readonly contributed?: boolean;
  /** One of ONNX Runtime's own operators for images whose channels are in blocks. */
  readonly inBlocks?: boolean;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A size that is not fixed has a name, or none: ''. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxConstant extends OnnxValue {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

// Those of ONNX 1.13 (2023).
const IR_VERSION = 8;
export const OPSET = 18;
const RUNTIME_DOMAIN = 'com.microsoft';
const BLOCKS_DOMAIN = 'com.microsoft.nchwc';

const typeNumber: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** The serialized model; metadata: texts by name. */
export const encodeModel = (graph: OnnxGraph, metadata: Readonly<Record<string, string>> = {}): Uint8Array => {
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, 'vitrail');
  writer.writeMessage(7, writeGraph, graph);
  writer.writeMessage(8, writeOpset, ['', OPSET]);
  if (graph.nodes.some(({ contributed }) => contributed === true))
    writer.writeMessage(8, writeOpset, [RUNTIME_DOMAIN, 1]);
  if (graph.nodes.some(({ inBlocks }) => inBlocks === true)) writer.writeMessage(8, writeOpset, [BLOCKS_DOMAIN, 1]);
  for (const entry of Object.entries(metadata)) writer.writeMessage(14, writeMetadata, entry);
  return writer.finish();
};

const writeMetadata = ([key, value]: readonly [string, string], writer: PbfWriter): void => {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
};

const writeOpset = ([domain, version]: readonly [string, number], writer: PbfWriter): void => {
  writer.writeStringField(1, domain);
  writer.writeVarintField(2, version);
};

const writeGraph = (graph: OnnxGraph, writer: PbfWriter): void => {
  for (const node of graph.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, 'traced');
  for (const constant of graph.constants) writer.writeMessage(5, writeConstant, constant);
  for (const input of graph.inputs) writer.writeMessage(11, writeValue, input);
  for (const output of graph.outputs) writer.writeMessage(12, writeValue, output);
};

const writeNode = (node: OnnxNode, writer: PbfWriter): void => {
  for (const input of node.inputs) writer.writeStringField(1, input);
  for (const output of node.outputs) writer.writeStringField(2, output);
  // The names appear in the runtime's profiles and messages.
  writer.writeStringField(3, `${node.operator} ${node.outputs[0]}`);
  writer.writeStringField(4, node.operator);
  for (const attribute of Object.entries(node.attributes ?? {})) writer.writeMessage(5, writeAttribute, attribute);
  if (node.contributed === true) writer.writeStringField(7, RUNTIME_DOMAIN);
  if (node.inBlocks === true) writer.writeStringField(7, BLOCKS_DOMAIN);
};

const writeAttribute = ([name, value]: readonly [string, Attribute], writer: PbfWriter): void => {
  writer.writeStringField(1, name);
  if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, 1);
  } else if ('int' in value) {
    writer.writeVarintField(3, value.int);
    writer.writeVarintField(20, 2);
  } else if ('text' in value) {
    writer.writeBytesField(4, new TextEncoder().encode(value.text));
    writer.writeVarintField(20, 3);
  } else {
    for (const int of value.ints) writer.writeVarintField(8, int);
    writer.writeVarintField(20, 7);
  }
};

const writeConstant = (constant: OnnxConstant, writer: PbfWriter): void => {
  for (const size of constant.shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, typeNumber[constant.type]);
  writer.writeStringField(8, constant.name);
  writer.writeBytesField(9, constant.bytes);
};

const writeValue = (value: OnnxValue, writer: PbfWriter): void => {
  writer.writeStringField(1, value.name);
  writer.writeMessage(2, writeType, value);
};

const writeType = (value: OnnxValue, writer: PbfWriter): void => writer.writeMessage(1, writeTensorType, value);

const writeTensorType = (value: OnnxValue, writer: PbfWriter): void => {
  writer.writeVarintField(1, typeNumber[value.type]);
  writer.writeMessage(2, writeShape, value.shape);
};

const writeShape = (shape: OnnxValue['shape'], writer: PbfWriter): void => {
  for (const size of shape) writer.writeMessage(1, writeDimension, size);
};

const writeDimension = (size: number | string, writer: PbfWriter): void => {
  if (typeof size === 'number') writer.writeVarintField(1, size);
  else if (size !== '') writer.writeStringField(2, size);
};
