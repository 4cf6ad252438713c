/**
 * 14: convolutions instead of patches. The quickstart's vanilla ViT, with the tokenizer of compact convolutional transformers (Hassani et al. 2021).
 * Both models have 49 tokens of 64 features, and are trained as the preset says, with several seeds. On all images and five seeds,
 * convolutions gain 1.7 points (docs/results.md).
 *
 *     npx tsx examples/14-convolutional-tokenizer.ts                # 5,400 images, 8 epochs, 5 seeds; some 15 minutes on two cores
 *     npx tsx examples/14-convolutional-tokenizer.ts 300 1 2        # images, epochs, seeds
 */
import type { Hosts, Images, Key, Layer, Logits } from 'vitrail/core';
import { countParameters, fold, imageShape, initialize, key, named, orThrow, repeat, serial } from 'vitrail/core';
import { take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { prepare, presets } from 'vitrail/experiment';
import { classifier, convTokens, flatten, layerNorm, mlp, patchTokens, positionEmbedding } from 'vitrail/layers';
import { quickstartModels, vitBlock } from 'vitrail/models';
import { evaluate, fit } from 'vitrail/train';

const { vanilla } = quickstartModels;

/** The quickstart's model after its tokenizer. */
const rest = serial(
  named('position', positionEmbedding()),
  named('blocks', repeat(vanilla.depth, vitBlock(vanilla))),
  named('norm', layerNorm(vanilla)),
  flatten,
  named('head', mlp(vanilla.head, { dropRate: vanilla.dropRates.head, activateLast: true })),
  named('classifier', classifier(vanilla.classes)),
);
const withPatches = serial(named('tokens', patchTokens({ patch: 4, dim: 64 })), rest);
const withConvolutions = serial(named('tokens', convTokens({ dim: 64, layers: 2 })), rest);

const [images = 5400, epochs = presets.quickstart.epochs, seeds = 5] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const { train, pipeline, objective, optimizer } = orThrow(prepare({ ...presets.quickstart, epochs }, dataset));
const { engine, reason } = await orThrow(chooseEngine('auto'));
console.log(reason);

const input = imageShape(vanilla.image);
const patchDeclaration = orThrow(withPatches.init(input));
const convolutionDeclaration = orThrow(withConvolutions.init(input));
for (const { params, macs } of [patchDeclaration, convolutionDeclaration])
  console.log(
    `${countParameters({ params }).toLocaleString()} parameters, ${(macs / 1e6).toFixed(1)} M multiply-accumulates`,
  );

/** The accuracy on the test images after training from these parameters, in percent. */
const accuracyOf = async <P>(model: Layer<P, Images, Logits>, params: Hosts<P>, seed: Key): Promise<number> => {
  const source = orThrow(take(images)(train));
  const { batchSize } = presets.quickstart;
  const training = { engine, model, objective, optimizer, train: source, pipeline, epochs, batchSize };
  const { state } = await orThrow(fit({ ...training, key: fold(seed, 'training'), start: { params } }));
  const trained = engine.fromHost<P>(state.params);
  const testing = { engine, model, objective, params: trained, source: dataset.test, pipeline, batchSize: 100 };
  const { summary } = await orThrow(evaluate(testing));
  engine.dispose(trained);
  return 100 * summary.top1;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const gains: number[] = [];
for (let seed = 1; seed <= seeds; seed++) {
  const initial = initialize(fold(key(seed), 'initial'));
  const patches = await accuracyOf(withPatches, initial(patchDeclaration.params), key(seed));
  const convolutions = await accuracyOf(withConvolutions, initial(convolutionDeclaration.params), key(seed));
  gains.push(convolutions - patches);
  console.log(`seed ${seed}: patches ${patches.toFixed(1)} %, convolutions ${convolutions.toFixed(1)} %`);
}
const spread = Math.sqrt(mean(gains.map((gain) => (gain - mean(gains)) ** 2)) * (seeds / Math.max(1, seeds - 1)));
console.log(
  `convolutions gain ${mean(gains).toFixed(1)} points, with a standard deviation of ${spread.toFixed(1)} over ${seeds} seeds`,
);
