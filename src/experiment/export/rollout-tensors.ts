import * as tf from '@tensorflow/tfjs-core';
import type { TokenGrid } from '../../models/classifier.js';

/** The part of each image of the weights, which adds up to 1. */
const shares = (weights: tf.Tensor): tf.Tensor => tf.div(weights, tf.sum(weights, -1, true));

/**
 * `attentionRollout` of a batch, on tensors: from the attention of each block `[batch, head, query, key]` to `[batch, row, column]`.
 * Undefined if a block has no attention between all tokens of the grid.
 */
export const rolloutTensors = (
  { rows, columns, before }: TokenGrid,
  blocks: readonly tf.Tensor[],
): tf.Tensor | undefined => {
  const tokens = rows * columns + before;
  const areSquares = blocks.every(
    ({ shape: [, , queries, keys], rank }) => rank === 4 && queries === tokens && keys === tokens,
  );
  if (!areSquares) return undefined;
  // Attention, and the residual connection around it.
  const steps = blocks.map((block) => tf.mul(tf.add(tf.mean(block, 1), tf.eye(tokens)), 0.5));
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const [batch = 1] = last.shape;
  const from = before > 0 ? tf.slice(last, [0, 0, 0], [batch, 1, tokens]) : tf.mean(last, 1, true);
  const rolled = steps.slice(0, -1).reduceRight((weights, step) => tf.matMul(weights, step), from);
  const patches = tf.slice(rolled, [0, 0, before], [batch, 1, tokens - before]);
  return tf.reshape(shares(patches), [batch, rows, columns]);
};
