import * as tf from '@tensorflow/tfjs-core';
import { drawOnHost, key, orThrow } from '../src/core/index.js';
import { type Engine, flops, traceGraph } from '../src/engine/index.js';
import { clocked, type Task } from './timing.js';

const SIZE = 1024;

const product = ({ a, b }: { readonly a: tf.Tensor2D; readonly b: tf.Tensor2D }) => ({
  // Summing avoids timing the copy of a large output.
  sum: tf.sum(tf.matMul(a, b)),
});

/** A square matrix product to be timed, and its floating-point operations. Its rate is the peak that steps are compared with. */
export const squareProduct = (engine: Engine): { readonly task: Task; readonly operations: number } => {
  const matrix = drawOnHost(key(3), { kind: 'normal' }, [SIZE, SIZE]);
  const compiled = engine.compile(product);
  const args = engine.fromHost({ a: matrix, b: matrix });
  return {
    task: clocked(() => orThrow(compiled(args)), { calls: 4 }),
    operations: flops(orThrow(traceGraph(product, { a: matrix, b: matrix } as never))),
  };
};
