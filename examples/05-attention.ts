/**
 * 05: attention with and without the diagonal mask. Locality self-attention (Lee et al. 2021) forbids a token to attend to itself and learns
 * the temperature that its scores are divided by. Here the same small model is trained with both kinds, and looked into.
 *
 *     npx tsx examples/05-attention.ts              # 6,000 images, 4 epochs; two minutes on two cores
 *     npx tsx examples/05-attention.ts 600 1
 *
 * It writes output/05-attention.png: four images, and what their middle attends to: without the mask, and with it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Images, ParamsOf, Tensor } from 'vitrail/core';
import {
  evaluation,
  float32,
  imageShape,
  initialize,
  key,
  named,
  observe,
  orThrow,
  residual,
  serial,
} from 'vitrail/core';
import { adaptedPipeline, type Image, stackImages, take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import {
  classifier,
  layerNorm,
  localityAttention,
  meanPool,
  mlp,
  patchTokens,
  positionEmbedding,
} from 'vitrail/layers';
import { montage } from 'vitrail/plot';
import { adamW, classification, constantSchedule, evaluate, fit } from 'vitrail/train';

const [number = 6000, epochs = 4] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const train = orThrow(take(number)(dataset.train));
const pipeline = orThrow(adaptedPipeline([{ kind: 'flip' }, { kind: 'normalize' }], train));
const { engine } = orThrow(await chooseEngine('auto')());
const objective = orThrow(classification({ classes: 10 }));
const optimizer = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0.05 });

/** The same model with and without the mask. Its temperatures are leaves of the parameters, one for each head, initially √16 = 4. */
const modelWith = (maskDiagonal: boolean) =>
  serial(
    named('tokens', patchTokens({ patch: 4, dim: 48 })),
    named('position', positionEmbedding()),
    named('norm', layerNorm()),
    named(
      'attention',
      residual(localityAttention({ heads: 3, headDim: 16, temperature: 'temperature-per-head', maskDiagonal })),
    ),
    named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([96, 48]))))),
    meanPool,
    named('classifier', classifier(10)),
  );

// Four test images, as the models see them.
const images = [0, 1, 2, 3].map(dataset.test.image);
const x = orThrow(stackImages(images.map(pipeline.preprocess)));

const rows = [];
const maps: Image[][] = [];
for (const maskDiagonal of [false, true]) {
  const model = modelWith(maskDiagonal);
  const { params } = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
  const task = { engine, model, objective, pipeline, batchSize: 64 };
  const start = { params: initialize(key(1))(params) };
  const { state } = await orThrow(fit({ ...task, optimizer, train, epochs, key: key(1), start }));
  const trained = engine.fromHost(state.params);
  const { summary } = await orThrow(evaluate({ ...task, params: trained, source: dataset.test }));

  // `observe` applies a layer and returns what its parts show: attention shows its weights, [image, head, query, key].
  const look = engine.compile(
    ({ at, images: seen }: { readonly at: ParamsOf<typeof model>; readonly images: Tensor<Images> }) =>
      observe(model)(at, seen, evaluation).shown,
  );
  const values = await orThrow(look({ at: trained, images: engine.fromHost(x) }));
  const { 'attention/weights': weights = float32([0], []) } = await orThrow(engine.toHost(values));
  const [count = 0, headCount = 0, tokens = 0] = weights.shape;
  const queries = Array.from({ length: count * headCount * tokens }, (_, i) =>
    Array.from(weights.data.slice(i * tokens, (i + 1) * tokens)),
  );
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  rows.push({
    mask: maskDiagonal,
    accuracy: summary.top1.toFixed(3),
    temperatures: Array.from(state.params.attention.temperature.data, (value) => value.toFixed(2)).join(', '),
    'weight of itself': mean(queries.map((row, i) => row[i % tokens] ?? 0)).toFixed(4),
    // How many tokens share the attention, if they shared it evenly: exp of the entropy.
    'tokens attended to': mean(
      queries.map((row) => Math.exp(-row.reduce((sum, w) => sum + (w > 0 ? w * Math.log(w) : 0), 0))),
    ).toFixed(1),
  });

  // What the token in the middle attends to, the mean of the heads, with the largest weight white.
  const middle = Math.floor(tokens / 2);
  maps.push(
    Array.from({ length: count }, (_, image) => {
      const perHead = Array.from(
        { length: headCount },
        (_, head) => queries[(image * headCount + head) * tokens + middle] ?? [],
      );
      const map = Array.from({ length: tokens }, (_, token) => mean(perHead.map((row) => row[token] ?? 0)));
      const data = Float32Array.from(map, (weight) => (255 * weight) / Math.max(...map));
      return { height: Math.sqrt(tokens), width: Math.sqrt(tokens), channels: 1, data };
    }),
  );
}
console.table(rows);

// Tokens become as large as their patches.
const enlarged = ({ height, width, data }: Image): Image => ({
  height: 4 * height,
  width: 4 * width,
  channels: 1,
  data: Float32Array.from({ length: 16 * height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / (4 * width)), i % (4 * width)];
    return data[Math.floor(row / 4) * width + Math.floor(column / 4)] ?? 0;
  }),
});
const pictures = [images, ...maps.map((row) => row.map(enlarged))];
const folder = new URL('output/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('05-attention.png', folder), orThrow(montage(pictures, { scale: 3, gap: 4 })));
