/**
 * 08: an ablation. Which part of SPT + LSA helps? Four models, {patches, shifted patches} × {softmax, locality attention}, are trained in the
 * same way and compared on the same test images, with 95 % confidence intervals.
 *
 *     npx tsx examples/08-ablation.ts                # 5,400 images, 8 epochs; some six minutes on two cores
 *     npx tsx examples/08-ablation.ts 600 1          # images, epochs
 *
 * An interval says what other test images could give. What other seeds could give is another question: examples/14 has several.
 */
import { countParameters, fold, initialize, key, orThrow } from 'vitrail/core';
import { take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { prepare, presets } from 'vitrail/experiment';
import { quickstartModels, type VitConfig } from 'vitrail/models';
import { pairedGain, signedRange, wilson } from 'vitrail/plot';
import { evaluate, fit } from 'vitrail/train';

// A configuration is plain data, so a variant is a copy with one field changed.
const { vanilla, sl } = quickstartModels;
const variant = (changes: Partial<Pick<VitConfig, 'tokenizer' | 'attention'>>): VitConfig => ({
  ...vanilla,
  ...changes,
});
const models = [
  { name: 'vanilla', title: 'patches, softmax', config: vanilla },
  { name: 'lsa', title: 'patches, locality', config: variant({ attention: sl.attention }) },
  { name: 'spt', title: 'shifted, softmax', config: variant({ tokenizer: sl.tokenizer }) },
  { name: 'spt-lsa', title: 'shifted, locality', config: sl },
];

// `prepare` makes of an experiment and a data set what training takes: images, objective, optimizer with schedule, declared models.
const [images = 5400, epochs = presets.quickstart.epochs] = process.argv.slice(2).map(Number);
const dataset = orThrow(await loadDataset('fashion-mnist-small')());
const prepared = orThrow(prepare({ ...presets.quickstart, models, epochs }, dataset));
const { config, pipeline, objective, optimizer } = prepared;
const { engine, reason } = orThrow(await chooseEngine('auto')());
console.log(reason);

const results = [];
for (const { title, model, declaration } of prepared.models) {
  const task = { engine, model, objective, pipeline, batchSize: config.batchSize };
  const seed = key(config.seed);
  const start = initialize(fold(seed, 'initial'))({ params: declaration.params });
  const train = orThrow(take(images)(prepared.train));
  const { state } = await orThrow(fit({ ...task, optimizer, train, epochs, key: fold(seed, 'training'), start }));
  const params = engine.fromHost(state.params);
  const { examples } = await orThrow(evaluate({ ...task, params, source: dataset.test }));
  engine.dispose(params);
  // For each test image 1 if the model is right, else 0.
  results.push({ title, parameters: countParameters(declaration), right: examples.top1.total ?? [] });
  console.log(`${title}: done`);
}

const percent = (fraction: number): string => (100 * fraction).toFixed(1);
const [baseline] = results;
console.table(
  results.map(({ title, parameters, right }) => {
    const accuracy = wilson(
      right.reduce((sum, one) => sum + one, 0),
      right.length,
    );
    // Both models see the same images, so the interval of the difference is narrower than the two suggest.
    const gain = pairedGain(baseline?.right ?? [], right);
    return {
      model: title,
      parameters,
      accuracy: `${percent(accuracy.value)} % (${percent(accuracy.low)} to ${percent(accuracy.high)})`,
      'gain in points': title === baseline?.title ? '' : `${percent(gain.value)} (${signedRange(gain)})`,
    };
  }),
);
