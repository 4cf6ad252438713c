/**
 * 07: keys. All randomness of this library comes from immutable keys: the same key gives the same bits, in every run and on every engine, and
 * different names give independent ones. This program shows what that is good for, and what goes wrong without.
 *
 *     npx tsx examples/07-keys.ts [images]
 *
 * It writes output/07-keys.png: an image, and six augmentations of it. Each column has a key of its own, the rows are two runs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { Key } from 'vitrail/core';
import {
  bernoulli,
  drawOnHost,
  float32,
  fold,
  imageShape,
  initialize,
  key,
  named,
  orThrow,
  serial,
  split,
  tf,
} from 'vitrail/core';
import { adaptedPipeline, pipeline as pipelineOf, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { classifier, dropout, flatten, gelu, linear, patches } from 'vitrail/layers';
import { montage } from 'vitrail/plot';
import { adamW, classification, constantSchedule, fit } from 'vitrail/train';

const four = (of: Key): string =>
  Array.from(drawOnHost(of, { kind: 'uniform' }, [4]).data, (number) => number.toFixed(3)).join(' ');

// A key is a value: using it changes nothing, so a second use gives the same numbers. `fold` and `split` make new keys.
const root = key(1);
console.table([
  { key: 'key(1)', numbers: four(root) },
  { key: 'key(1), again', numbers: four(root) },
  { key: "fold(key(1), 'dropout')", numbers: four(fold(root, 'dropout')) },
  { key: "fold(key(1), 'augment')", numbers: four(fold(root, 'augment')) },
  ...split(root, 2).map((each, i) => ({ key: `split(key(1), 2)[${i}]`, numbers: four(each) })),
]);

// Mistake 1: one key for two uses. The two masks are the same, where independent ones agree in half of the places.
const { engine } = orThrow(await chooseEngine('auto')());
const agreement = engine.compile((_: object, stepKey: Key) => {
  const same = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.cast(tf.equal(a, b), 'float32'));
  const mask = (of: Key): tf.Tensor => bernoulli(of, 0.5, [10_000]);
  return {
    shared: same(mask(stepKey), mask(stepKey)),
    folded: same(mask(fold(stepKey, 'first')), mask(fold(stepKey, 'second'))),
  };
});
const { shared, folded } = await orThrow(engine.toHost(await orThrow(agreement({}, key(7)))));
console.log(`two masks of one key agree in ${100 * (shared.data[0] ?? 0)} % of their places,`);
console.log(`those of two keys in ${(100 * (folded.data[0] ?? 0)).toFixed(1)} %`);

// In a model that cannot happen by accident: `named` folds its name into the key of its part, and `init` refuses two parts without names.
const twice = serial(dropout(0.5), dropout(0.5)).init(imageShape({ height: 28, width: 28, channels: 1 }));
if (E.isLeft(twice)) console.log(twice.left.message);

// Mistake 2: numbers that come from elsewhere. A function is traced once, so they would be compiled in; the engine refuses.
const noisy = engine.compile(({ x }: { readonly x: tf.Tensor }) => tf.add(x, tf.randomNormal([2])));
const result = await noisy(engine.fromHost({ x: float32([2], [1, 2]) }))();
if (E.isLeft(result)) console.log(result.left.message);

// So a run is its key. Two runs with the same key have the same weights to the last bit; another key gives others.
const [images = 600] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(images)(dataset.train));
const pipeline = orThrow(
  adaptedPipeline([{ kind: 'flip' }, { kind: 'shift', pixels: 3 }, { kind: 'normalize' }], train),
);
const model = serial(
  patches(28),
  flatten,
  named('hidden', linear(32)),
  gelu,
  named('dropout', dropout(0.2)),
  named('classifier', classifier(10)),
);
const { params } = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
const rows = [];
for (const seed of [1, 1, 2]) {
  const { state, progress } = await orThrow(
    fit({
      engine,
      model,
      objective: orThrow(classification({ classes: 10 })),
      optimizer: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 }),
      train,
      pipeline,
      epochs: 2,
      batchSize: 64,
      key: key(seed),
      start: { params: initialize(fold(key(seed), 'initial'))(params) },
    }),
  );
  rows.push({
    key: `key(${seed})`,
    loss: progress.history.at(-1)?.train.loss,
    'a weight': state.params.hidden.weight.data[0],
  });
}
console.table(rows);

// Augmentation draws from keys, too: what becomes of an image depends on the epoch and the image, not on threads or batches.
const augmentation = orThrow(
  pipelineOf([{ kind: 'flip' }, { kind: 'rotate', factor: 0.1 }, { kind: 'shift', pixels: 4 }]),
);
const picture = [1, 2].map(() => [
  dataset.test.image(3),
  ...split(key(1), 6).map((each) => augmentation.augment(each, dataset.test.image(3))),
]);
const folder = new URL('output/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('07-keys.png', folder), orThrow(montage(picture, { scale: 3, gap: 4 })));
