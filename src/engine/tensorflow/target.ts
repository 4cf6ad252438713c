import type { DType } from '../../core/host-tensor.js';
import type { Node } from '../compiler/graph/node.js';
import type { Attribute, NodeDef } from './protobuf.js';

export type Attributes = Readonly<Record<string, Attribute>>;

/** The part of the graph under construction that is needed to write a node. */
export interface Target {
  /** The TensorFlow name of a node's value. */
  readonly name: (node: Node) => string;
  /** A constant vector of int32, the type of shapes and axes; a scalar if `shape` is `[]`. Equal ones are shared. */
  readonly integers: (values: readonly number[], shape?: readonly number[]) => string;
  /** A constant scalar. */
  readonly scalar: (value: number, dtype: DType) => string;
  /** Adds an operator for an intermediate result and returns its name. */
  readonly step: (operator: Operator) => string;
}

/** A TensorFlow operator; its inputs are names of nodes. */
export type Operator = Pick<NodeDef, 'operator' | 'inputs' | 'attributes'>;

export const operator = (name: string, inputs: readonly string[], attributes: Attributes = {}): Operator => ({
  operator: name,
  inputs,
  attributes,
});
