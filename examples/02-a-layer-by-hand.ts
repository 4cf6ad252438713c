/**
 * 02: what a layer is. It is a pair of pure functions, and nothing else: `init` declares parameters for an input shape, `apply` computes
 * with them. This one changes the contrast of images: y = sigmoid(gain · (x − middle)), with two learned numbers.
 *
 *     npx tsx examples/02-a-layer-by-hand.ts [steps]
 *
 * It writes output/02-contrast.png: six images, and what the layer makes of them at first and after it has learned.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Images, Layer, Same, Tensor } from 'vitrail/core';
import {
  constant,
  countParameters,
  declare,
  evaluation,
  expectAxes,
  imageShape,
  initialize,
  key,
  orThrow,
  parameter,
  shape,
  tf,
  tree,
  valueAndGrad,
} from 'vitrail/core';
import { type Image, stackImages } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { montage } from 'vitrail/plot';

// The types say what it learns, which axes it accepts and that it returns the same. `Tensor<[]>` is a scalar.
interface Contrast {
  readonly gain: Tensor<[]>;
  readonly middle: Tensor<[]>;
}

const contrast: Layer<Contrast, Images, Same> = {
  init: (input) =>
    pipe(
      expectAxes(['batch', 'row', 'column', 'channel'], input),
      E.map(() => declare({ gain: parameter({}, constant(4)), middle: parameter({}, constant(0.5)) }, input)),
    ),
  apply: ({ gain, middle }, x) => tf.sigmoid(tf.mul(gain, tf.sub(x, middle))),
};

// `init` returns a value: a declaration, or an error that says what was expected and what came.
const declaration = orThrow(contrast.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.log(`${countParameters(declaration)} parameters`);
const refused = contrast.init(shape(['batch', 'feature'], [1, 784]));
if (E.isLeft(refused)) console.log(`refused: ${refused.left.message}`);

// Real images, from 0 to 1, in host memory. Parameters are a plain tree: { gain, middle }.
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const images = [0, 1, 2, 3, 4, 5].map((i) => dataset.test.image(i));
const x = orThrow(stackImages(images.map((image) => ({ ...image, data: image.data.map((value) => value / 255) }))));
const params = initialize(key(1))(declaration.params);

// An engine compiles functions of tensors. This one is a step of gradient descent towards black and white, with the
// border at a quarter. It returns new parameters and changes nothing.
const { engine } = orThrow(await chooseEngine('auto')());
interface Arguments {
  readonly params: Contrast;
  readonly x: Tensor<Images>;
}
const applied = engine.compile((given: Arguments) => contrast.apply(given.params, given.x, evaluation));
const step = engine.compile((given: Arguments) => {
  const target = tf.cast(tf.greater(given.x, 0.25), 'float32');
  const { loss, gradients } = valueAndGrad((at: Contrast) => {
    const y: tf.Tensor = contrast.apply(at, given.x, evaluation);
    return { loss: tf.mean(tf.squaredDifference(y, target)), aux: {} };
  })(given.params);
  const descend = tree.zipSame<tf.Tensor, tf.Tensor>((value, gradient) => tf.sub(value, tf.mul(gradient, 0.5)));
  return { params: descend(given.params, gradients), loss };
});

const show = async (at: typeof params): Promise<readonly Image[]> => {
  const { data } = await orThrow(engine.toHost(await orThrow(applied(engine.fromHost({ params: at, x })))));
  return images.map((image, i) => ({
    ...image,
    data: Float32Array.from(data.slice(i * 784, (i + 1) * 784), (v) => v * 255),
  }));
};

const [steps = 800] = process.argv.slice(2).map(Number);
let learned = params;
const rows = [];
for (let i = 0; i <= steps; i++) {
  const next = await orThrow(engine.toHost(await orThrow(step(engine.fromHost({ params: learned, x })))));
  const [gain, middle, error] = [learned.gain, learned.middle, next.loss].map(({ data }) => data[0]?.toFixed(3));
  if (i % (steps / 4) === 0) rows.push({ step: i, gain, middle, error });
  if (i < steps) learned = next.params;
}
console.table(rows);

const output = new URL('output/', import.meta.url);
mkdirSync(output, { recursive: true });
const picture = montage([images, await show(params), await show(learned)], { scale: 3, gap: 4 });
writeFileSync(new URL('02-contrast.png', output), orThrow(picture));
