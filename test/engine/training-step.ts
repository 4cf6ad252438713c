/**
 * A whole training step, written here with plain tfjs operations: embedding, blocks of layer norm, self-attention, dropout
 * and GELU, a head with softmax cross-entropy, gradients and AdamW.
 */
import * as tf from '@tensorflow/tfjs-core';
import { bernoulli, drawOnHost } from '../../src/core/draws.js';
import { filled, type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { fold, type Key, key } from '../../src/core/key.js';
import { leaves, type MapTree, map, showPath, unflatten } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';

export interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly inputs: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  readonly classes: number;
}

type Shapes = ReturnType<typeof parameterShapes>;
type Tree<X> = MapTree<Shapes, X>;

export interface State<X> {
  readonly params: Tree<X>;
  readonly mean: Tree<X>;
  readonly square: Tree<X>;
  readonly step: X;
}

export interface StepArgs<X> {
  readonly state: State<X>;
  readonly x: X;
  readonly labels: X;
}

const of = (...shape: number[]) => ({ shape });
const layerNorm = (width: number) => ({ scale: of(width), offset: of(width) });
const dense = (from: number, to: number) => ({ kernel: of(from, to), bias: of(to) });

const parameterShapes = ({ inputs, tokens, width, blocks, classes }: Sizes) => ({
  embed: dense(inputs, width),
  position: of(tokens, width),
  blocks: Array.from({ length: blocks }, () => ({
    norm1: layerNorm(width),
    // No bias: the gradient of a key's bias is zero except for rounding, and Adam would turn that into whole steps.
    qkv: of(width, 3 * width),
    temperature: of(),
    out: dense(width, width),
    norm2: layerNorm(width),
    up: dense(width, 2 * width),
    down: dense(2 * width, width),
  })),
  norm: layerNorm(width),
  head: dense(width, classes),
});

type Dense = { readonly kernel: tf.Tensor; readonly bias: tf.Tensor };
type Norm = { readonly scale: tf.Tensor; readonly offset: tf.Tensor };

const project = (kernel: tf.Tensor, x: tf.Tensor): tf.Tensor => {
  const flat = tf.reshape(x, [-1, x.shape.at(-1)!]);
  return tf.reshape(tf.matMul(flat, kernel), [...x.shape.slice(0, -1), kernel.shape[1]!]);
};

const applyDense = (p: Dense, x: tf.Tensor): tf.Tensor => tf.add(project(p.kernel, x), p.bias);

const applyNorm = (p: Norm, x: tf.Tensor): tf.Tensor => {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const scaled = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-6)));
  return tf.add(tf.mul(scaled, p.scale), p.offset);
};

const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

const dropout = (k: Key, x: tf.Tensor): tf.Tensor =>
  tf.mul(tf.div(x, 0.9), tf.cast(bernoulli(k, 0.9, x.shape), 'float32'));

const logitsOf = ({ heads, tokens, width }: Sizes, p: Tree<tf.Tensor>, x: tf.Tensor, k: Key): tf.Tensor => {
  const diagonal = tf.mul(tf.eye(tokens), -1e9);
  const split = (y: tf.Tensor) => tf.transpose(tf.reshape(y, [-1, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const block = (y: tf.Tensor, b: Tree<tf.Tensor>['blocks'][number], i: number): tf.Tensor => {
    const [q, keys, values] = tf.split(project(b.qkv, applyNorm(b.norm1, y)), 3, -1).map(split) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const scores = tf.add(tf.matMul(tf.div(q, tf.exp(b.temperature)), keys, false, true), diagonal);
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores), values), [0, 2, 1, 3]);
    const attended = tf.add(y, dropout(fold(k, i), applyDense(b.out, tf.reshape(mixed, y.shape))));
    return tf.add(attended, applyDense(b.down, gelu(applyDense(b.up, applyNorm(b.norm2, attended)))));
  };
  const embedded = tf.add(applyDense(p.embed, x), p.position);
  return applyDense(p.head, tf.mean(applyNorm(p.norm, p.blocks.reduce(block, embedded)), 1));
};

/** One step of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019). */
export const trainingStep =
  (sizes: Sizes) =>
  (
    { state, x, labels }: StepArgs<tf.Tensor>,
    k: Key,
  ): { readonly state: State<tf.Tensor>; readonly loss: tf.Tensor } => {
    const { loss, gradients } = valueAndGrad((params: Tree<tf.Tensor>) => {
      const logits = logitsOf(sizes, params, x, k);
      const hot = tf.oneHot(labels, sizes.classes, 1, 0, 'float32');
      return { loss: tf.neg(tf.mean(tf.sum(tf.mul(hot, tf.logSoftmax(logits)), -1))), aux: {} };
    })(state.params);
    const step = tf.add(state.step, 1);
    const [p, m, v, g] = [state.params, state.mean, state.square, gradients].map((tree) => leaves<tf.Tensor>(tree)) as [
      readonly tf.Tensor[],
      readonly tf.Tensor[],
      readonly tf.Tensor[],
      readonly tf.Tensor[],
    ];
    const mean = m.map((old, i) => tf.add(tf.mul(old, 0.9), tf.mul(g[i]!, 0.1)));
    const square = v.map((old, i) => tf.add(tf.mul(old, 0.999), tf.mul(tf.square(g[i]!), 0.001)));
    const corrected = (x: tf.Tensor, beta: number) => tf.div(x, tf.sub(1, tf.pow(tf.scalar(beta), step)));
    const updated = p.map((old, i) => {
      const move = tf.div(corrected(mean[i]!, 0.9), tf.add(tf.sqrt(corrected(square[i]!, 0.999)), 1e-8));
      return tf.sub(tf.mul(old, 1 - 1e-3 * 1e-2), tf.mul(move, 1e-3));
    });
    const as = (flat: readonly tf.Tensor[]) => unflatten(state.params)(flat) as Tree<tf.Tensor>;
    return { state: { params: as(updated), mean: as(mean), square: as(square), step }, loss };
  };

/** Arguments for the step: a random batch and parameters, and moments of zero. */
export const stepArgs = (sizes: Sizes): StepArgs<HostTensor> => {
  const shapes = parameterShapes(sizes);
  const params = map<{ readonly shape: readonly number[] }, HostTensor>(({ shape }, path) => {
    const name = path.at(-1)!;
    if (name === 'scale') return filled(shape, 1);
    if (name === 'bias' || name === 'offset') return filled(shape, 0);
    const { data } = drawOnHost(fold(key(3), showPath(path)), { kind: 'normal' }, shape);
    return { dtype: 'float32', shape, data: Float32Array.from(data, (z) => z * 0.1) };
  })(shapes) as Tree<HostTensor>;
  const empty = map<HostTensor, HostTensor>(({ shape }) => filled(shape, 0))(params) as Tree<HostTensor>;
  return {
    state: { params, mean: empty, square: empty, step: filled([], 0) },
    x: drawOnHost(key(4), { kind: 'normal' }, [sizes.batch, sizes.tokens, sizes.inputs]),
    labels: int32(
      [sizes.batch],
      Array.from({ length: sizes.batch }, (_, i) => i % sizes.classes),
    ),
  };
};
