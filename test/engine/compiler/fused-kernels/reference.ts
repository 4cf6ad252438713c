/** A reference implementation of nodes, on the pure JavaScript backend of tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { isOp, type Node, type Operation } from '../../../../src/engine/compiler/graph/node.js';

type Implementation = (...inputs: readonly tf.Tensor[]) => tf.Tensor;

export const unaries = {
  Absolute: tf.abs,
  Ceiling: tf.ceil,
  Floor: tf.floor,
  IsNan: tf.isNaN,
  Negate: tf.neg,
  Reciprocal: tf.reciprocal,
  Relu: tf.relu,
  SquareRoot: tf.sqrt,
} as const;

export const arithmetic = {
  Add: tf.add,
  Subtract: tf.sub,
  Multiply: tf.mul,
  Divide: tf.div,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
} as const;

export const comparisons = {
  Equal: tf.equal,
  Less: tf.less,
  LessOrEqual: tf.lessEqual,
  Greater: tf.greater,
  GreaterOrEqual: tf.greaterEqual,
} as const;

const implementations: Partial<Readonly<Record<Operation['op'], Implementation>>> = {
  ...(unaries as Readonly<Record<string, Implementation>>),
  ...(arithmetic as Readonly<Record<string, Implementation>>),
  ...(comparisons as Readonly<Record<string, Implementation>>),
  And: tf.logicalAnd as Implementation,
  Or: tf.logicalOr as Implementation,
  Not: tf.logicalNot as Implementation,
  Select: tf.where as Implementation,
  Tanh: tf.tanh as Implementation,
};

/** The values of nodes, given those of some. */
export const valuesOf = (nodes: readonly Node[], given: ReadonlyMap<Node, tf.Tensor>): readonly Float32Array[] => {
  const known = new Map(given);
  const tensorOf = (node: Node): tf.Tensor => {
    const value = known.get(node) ?? compute(node);
    known.set(node, value);
    return value;
  };
  const compute = (node: Node): tf.Tensor => {
    const { operation, shape, dtype, inputs } = node;
    if (isOp(node, 'Splat')) return tf.fill([...shape], node.operation.value, dtype);
    const values = inputs.map(tensorOf);
    if (operation.op === 'Cast') return tf.cast(values[0]!, dtype);
    if (operation.op === 'Broadcast') return tf.broadcastTo(values[0]!, [...shape]);
    if (operation.op === 'Reshape') return tf.reshape(values[0]!, [...shape]);
    return implementations[operation.op]!(...values);
  };
  return tf.tidy(() => nodes.map((node) => Float32Array.from(tensorOf(node).dataSync())));
};

/** Compares bit by bit: NaN equals NaN, -0 differs from 0. */
export const firstDifference = (actual: Float32Array, correct: Float32Array): string | undefined => {
  const at = correct.findIndex((value, i) => !Object.is(value, actual[i]));
  return at < 0 && actual.length === correct.length ? undefined : `[${at}]: got ${actual[at]}, expected ${correct[at]}`;
};
