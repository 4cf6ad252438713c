import type { DType } from '../../core/host-tensor.js';
import type { Node } from '../compiler/graph/node.js';
import type { Attribute } from './protobuf.js';

/** The part of the model under construction that is needed to write a node. */
export interface Target {
  /** Whether the model is for any runtime: then it has standard operators only, and whole outputs. */
  readonly portable: boolean;
  /** The ONNX name of a node's value. */
  readonly name: (node: Node) => string;
  /** A constant vector of int64, the type of shapes and axes. Equal ones are shared. */
  readonly integers: (values: readonly number[]) => string;
  /** A constant scalar. */
  readonly scalar: (value: number, dtype: DType) => string;
  /** Adds an operator and returns the name of its result: that of the node, unless the result is an intermediate one. */
  readonly add: (operator: string, inputs: readonly string[], options?: AddOptions) => string;
  /** A value that several nodes use: `make` writes it for the first of them. */
  readonly once: (key: string, make: () => string) => string;
}

export interface AddOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The result is an intermediate one. */
  readonly step?: boolean;
  /** The name of the result, if it is not that of a node. */
  readonly output?: string;
  /** The operator has two results: nothing uses the other one, which comes before or after this. */
  readonly unused?: 'before' | 'after';
  /** One of ONNX Runtime's own operators. */
  readonly contributed?: boolean;
  /** One of ONNX Runtime's own operators for images whose channels are in blocks. */
  readonly inBlocks?: boolean;
}
