/**
 * 12: self-supervised pretraining, then a classifier. A model paints hidden patches of images without labels, as masked autoencoders do (He et
 * al. 2022; hidden tokens stay in the sequence as in Xie et al. 2022). Its encoder then begins a classifier, trained on 500 labels.
 *
 *     npx tsx examples/12-self-supervised.ts                # 6,000 images, 15 epochs; some five minutes on two cores
 *     npx tsx examples/12-self-supervised.ts 300 1 1        # images, epochs, epochs of the classifier
 *
 * It writes output/12-painted.png: five test images, what the model saw of them, and what it painted.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { Images, ParamsOf, Tensor, Tokens } from 'vitrail/core';
import {
  bernoulli,
  child,
  evaluation,
  fold,
  imageShape,
  initialize,
  key,
  named,
  normalWith,
  orThrow,
  parameter,
  repeat,
  residual,
  serial,
  tf,
} from 'vitrail/core';
import { adaptedPipeline, type Batch, type Image, stackImages, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import {
  classifier,
  layerNorm,
  linear,
  meanPool,
  mlp,
  patches,
  patchTokens,
  positionEmbedding,
  selfAttention,
} from 'vitrail/layers';
import { montage } from 'vitrail/plot';
import {
  adamW,
  classification,
  constantSchedule,
  evaluate,
  fit,
  type Model,
  meanMetric,
  type Objective,
} from 'vitrail/train';

const [images = 6000, epochs = 15, more = 15] = process.argv.slice(2).map(Number);
const [patch, dim] = [4, 48];

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), selfAttention({ heads: 3, headDim: 16 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([96, dim]))))),
);
const tokenize = patchTokens({ patch, dim });
const encode = serial(
  named('position', positionEmbedding()),
  named('blocks', repeat(3, block)),
  named('norm', layerNorm()),
);
const paint = linear(patch * patch);

interface Params {
  readonly tokenize: ParamsOf<typeof tokenize>;
  readonly encode: ParamsOf<typeof encode>;
  /** Stands in for every hidden patch. */
  readonly hidden: Tensor<['feature']>;
  readonly paint: ParamsOf<typeof paint>;
}

/** What the painter returns. A model may return any tree of tensors; its objective says what to make of it. */
interface Painted {
  readonly painted: Tensor<Tokens>;
  readonly original: Tensor<Tokens>;
  /** 1 for each hidden patch, else 0: `[batch, token, 1]`. */
  readonly isHidden: Tensor<['batch', 'token', 'one']>;
}

const painter: Model<Params, Tensor<Images>, Painted> = {
  apply: (params, x, context) => {
    const tokens = tokenize.apply(params.tokenize, x, child(context, 'tokenize'));
    const [batch = 0, count = 0] = tokens.shape;
    // Evaluation has no key of its own: it always hides the same patches.
    const drawn = bernoulli(fold(context.mode === 'train' ? context.key : key(0), 'hidden'), 0.6, [batch, count, 1]);
    const isHidden: Painted['isHidden'] = tf.cast(drawn, 'float32');
    const kept = tf.mul(tokens, tf.sub(1, isHidden));
    const seen: Tensor<Tokens> = tf.add(kept, tf.mul(params.hidden, isHidden));
    const encoded = encode.apply(params.encode, seen, child(context, 'encode'));
    const painted = paint.apply(params.paint, encoded, child(context, 'paint'));
    return { painted, original: patches(patch).apply({}, x, context), isHidden };
  },
};

/** The mean squared error of the hidden patches of each image, `[batch]`. There is no target beside the image itself. */
const hiddenError = ({ painted, original, isHidden }: Painted): Tensor<['batch']> => {
  const errors = tf.mul<tf.Tensor>(tf.squaredDifference(painted, original), isHidden);
  return tf.div(tf.mean(errors, [1, 2]), tf.maximum(tf.mean(isHidden, [1, 2]), 1e-6));
};
const objective: Objective<Painted, object, 'loss'> = {
  loss: (output) => tf.mean(hiddenError(output)),
  metrics: { loss: meanMetric(hiddenError) },
  check: () => E.right(undefined),
};

const input = imageShape({ height: 28, width: 28, channels: 1 });
const tokens = orThrow(tokenize.init(input));
const encoded = orThrow(encode.init(tokens.output));
const painted = orThrow(paint.init(encoded.output));
const hidden = parameter({ feature: dim }, normalWith(0.02));
const specs = { tokenize: tokens.params, encode: encoded.params, hidden, paint: painted.params };

const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(images)(dataset.train));
const pipeline = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine } = orThrow(await chooseEngine('auto')());
const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 });
const common = { engine, optimizer, pipeline, batchSize: 64, key: key(1) };

// `arrange` makes of a batch of images with labels what the model and its objective take.
const arrange = (batch: Batch) => ({ input: batch.input, target: {} });
const start = { params: initialize(key(1))(specs) };
const pretrained = await orThrow(fit({ ...common, model: painter, objective, arrange, train, epochs, start }));
console.table(
  pretrained.progress.history.map(({ epoch, train: { loss } }) => ({ epoch, 'hidden error': loss?.toFixed(3) })),
);

// The encoder moves into a classifier: its branch of the tree, with all its leaves.
const model = serial(
  named('tokenize', tokenize),
  named('encode', encode),
  meanPool,
  named('classifier', classifier(10)),
);
const fresh = initialize(key(2))(orThrow(model.init(input)).params);
const { tokenize: learnedTokens, encode: learnedEncoder } = pretrained.state.params;
const begun = { ...fresh, tokenize: learnedTokens, encode: learnedEncoder };
const few = orThrow(take(500)(dataset.train));
const task = { ...common, model, objective: orThrow(classification({ classes: 10 })) };
const rows = [];
for (const [from, params] of [
  ['random numbers', fresh],
  ['pretraining', begun],
] as const) {
  const { state } = await orThrow(fit({ ...task, train: few, epochs: more, start: { params } }));
  const { summary } = await orThrow(evaluate({ ...task, params: engine.fromHost(state.params), source: dataset.test }));
  rows.push({ from, labels: few.count, 'test accuracy': summary.top1.toFixed(3) });
}
console.table(rows);

// What it paints: compiled in evaluation mode, on five test images.
const paintAll = engine.compile(({ params, x }: { readonly params: Params; readonly x: Tensor<Images> }) =>
  painter.apply(params, x, evaluation),
);
const shown = [0, 1, 2, 3, 4].map((i) => pipeline.preprocess(dataset.test.image(i)));
const x = engine.fromHost(orThrow(stackImages(shown)));
const made = await orThrow(
  engine.toHost(await orThrow(paintAll({ params: engine.fromHost(pretrained.state.params), x }))),
);

/** An image of its tokens: what `pixel` gives for each number of each token, brought back to 0…255. */
const assembled = (pixel: (token: number, i: number) => number): Image => {
  const data = new Float32Array(28 * 28);
  for (let token = 0; token < 49; token++)
    for (let i = 0; i < patch * patch; i++) {
      const [row, column] = [Math.floor(token / 7) * patch + Math.floor(i / patch), (token % 7) * patch + (i % patch)];
      data[row * 28 + column] = 70 + 90 * pixel(token, i);
    }
  return { height: 28, width: 28, channels: 1, data };
};
const at = ({ data }: { readonly data: ArrayLike<number> }, image: number, token: number, i: number): number =>
  data[(image * 49 + token) * patch * patch + i] ?? 0;
const isSeen = (image: number, token: number): boolean => made.isHidden.data[image * 49 + token] === 0;
const pictures = [
  shown.map((_, image) => assembled((token, i) => at(made.original, image, token, i))),
  shown.map((_, image) => assembled((token, i) => (isSeen(image, token) ? at(made.original, image, token, i) : 2))),
  shown.map((_, image) =>
    assembled((token, i) => at(isSeen(image, token) ? made.original : made.painted, image, token, i)),
  ),
];
const folder = new URL('output/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('12-painted.png', folder), orThrow(montage(pictures, { scale: 3, gap: 4 })));
