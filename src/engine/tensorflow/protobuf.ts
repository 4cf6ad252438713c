/**
 * Serializes TensorFlow graphs: the few messages of a SavedModel that a graph of tensors needs, written with `pbf`.
 * The field numbers are those of the .proto files in https://github.com/tensorflow/tensorflow/tree/v2.18.1/tensorflow/core:
 * protobuf/saved_model, protobuf/meta_graph, framework/graph, node_def, attr_value, tensor, tensor_shape, types, versions.
 *
 * @module
 */
import { PbfWriter } from 'pbf';

export type ElementType = 'float32' | 'int32' | 'bool';

/** A constant: its bytes, or the value of all its elements. */
export interface TensorValue {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly content: Uint8Array | number;
}

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly type: ElementType }
  | { readonly shape: readonly number[] }
  | { readonly tensor: TensorValue };

export interface NodeDef {
  readonly name: string;
  readonly operator: string;
  /** Names of nodes, each for its first output; `^name` waits for a node without using its output. */
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** The tag of the graph in the SavedModel. */
export const TAG = 'serve';

// Graphs are written for TensorFlow 2.9. Later versions read them with the semantics of that version.
const PRODUCER = 1087;

const typeNumber: Readonly<Record<ElementType, number>> = { float32: 1, int32: 3, bool: 10 };

/** The bytes of `saved_model.pb`. */
export const encodeSavedModel = (nodes: readonly NodeDef[]): Uint8Array => {
  const writer = new PbfWriter();
  writer.writeVarintField(1, 1);
  writer.writeMessage(2, writeMetaGraph, nodes);
  return writer.finish();
};

const writeMetaGraph = (nodes: readonly NodeDef[], writer: PbfWriter): void => {
  writer.writeMessage(1, writeMetaInfo, TAG);
  writer.writeMessage(2, writeGraph, nodes);
};

const writeMetaInfo = (tag: string, writer: PbfWriter): void => writer.writeStringField(4, tag);

const writeGraph = (nodes: readonly NodeDef[], writer: PbfWriter): void => {
  for (const node of nodes) writer.writeMessage(1, writeNode, node);
  writer.writeMessage(4, writeVersions, PRODUCER);
};

const writeVersions = (producer: number, writer: PbfWriter): void => writer.writeVarintField(1, producer);

const writeNode = ({ name, operator, inputs, attributes = {} }: NodeDef, writer: PbfWriter): void => {
  writer.writeStringField(1, name);
  writer.writeStringField(2, operator);
  for (const input of inputs) writer.writeStringField(3, input);
  for (const entry of Object.entries(attributes)) writer.writeMessage(5, writeEntry, entry);
};

const writeEntry = ([name, attribute]: readonly [string, Attribute], writer: PbfWriter): void => {
  writer.writeStringField(1, name);
  writer.writeMessage(2, writeAttribute, attribute);
};

const writeAttribute = (attribute: Attribute, writer: PbfWriter): void => {
  if ('text' in attribute) writer.writeStringField(2, attribute.text);
  else if ('ints' in attribute) writer.writeMessage(1, writeInts, attribute.ints);
  else if ('int' in attribute) writer.writeVarintField(3, attribute.int);
  else if ('flag' in attribute) writer.writeBooleanField(5, attribute.flag);
  else if ('type' in attribute) writer.writeVarintField(6, typeNumber[attribute.type]);
  else if ('shape' in attribute) writer.writeMessage(7, writeShape, attribute.shape);
  else writer.writeMessage(8, writeTensor, attribute.tensor);
};

const writeInts = (ints: readonly number[], writer: PbfWriter): void => writer.writePackedVarint(3, [...ints]);

const writeTensor = ({ type, shape, content }: TensorValue, writer: PbfWriter): void => {
  writer.writeVarintField(1, typeNumber[type]);
  writer.writeMessage(2, writeShape, shape);
  if (typeof content !== 'number') writer.writeBytesField(4, content);
  else if (type === 'float32') writer.writeFloatField(5, content);
  else writer.writeVarintField(type === 'int32' ? 7 : 11, content);
};

const writeShape = (shape: readonly number[], writer: PbfWriter): void => {
  for (const size of shape) writer.writeMessage(2, writeDimension, size);
};

const writeDimension = (size: number, writer: PbfWriter): void => writer.writeVarintField(1, size);
