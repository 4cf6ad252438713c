/**
 * 13: the Keras experiment, whole. "Train a Vision Transformer on small datasets" of keras.io compares a vanilla ViT with one that has shifted
 * patch tokenization and locality self-attention, on CIFAR-100. This runs it as its code runs, or another preset, and writes the report.
 *
 *     npx tsx examples/13-keras-experiment.ts                               # downloads CIFAR-100; days on two cores
 *     npx tsx examples/13-keras-experiment.ts keras-published 1             # one epoch of each model
 *     npx tsx examples/13-keras-experiment.ts quickstart                    # Fashion-MNIST, small: two minutes
 *     npx tsx examples/13-keras-experiment.ts quickstart 1 300              # preset, epochs, images
 *
 * `vitrail compare --preset keras-published` does the same with progress bars; this is what it is made of. The run is a folder,
 * output/13-PRESET: stop it with Ctrl-C, and the same command goes on from the last epoch, to the same bits.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { orThrow } from 'vitrail/core';
import { take } from 'vitrail/data';
import { loadDataset } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import { adaptTo, type PresetName, prepare, presets, runExperiment } from 'vitrail/experiment';
import { folderStore } from 'vitrail/experiment/node';
import { signedRange } from 'vitrail/plot';

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

const [name = 'keras-published', epochs, images] = process.argv.slice(2);
if (!isPreset(name)) throw new Error(`expected one of ${Object.keys(presets).join(', ')}, got '${name}'`);

// A preset is plain data: which images, which models, how they are trained. So are changes to it.
const preset = { ...presets[name], ...(epochs === undefined ? {} : { epochs: Number(epochs) }) };
const whole = orThrow(await loadDataset(preset.dataset)());
const dataset = images === undefined ? whole : { ...whole, train: orThrow(take(Number(images))(whole.train)) };
const prepared = orThrow(prepare(orThrow(adaptTo(dataset)(preset)), dataset));
const engine = orThrow(await chooseEngine('auto')());
console.log(engine.reason);

// The life of a run works over an engine, a store and a reporter. The store is a folder here; the reporter prints a line an epoch.
const folder = fileURLToPath(new URL(`output/13-${name}`, import.meta.url));
const end = await orThrow(
  runExperiment(prepared, {
    engine,
    store: folderStore(folder),
    resume: existsSync(`${folder}/run.json`),
    startedAt: new Date().toISOString(),
    command: `npx tsx examples/13-keras-experiment.ts ${process.argv.slice(2).join(' ')}`,
    report: (event) => {
      if (event.kind === 'model') console.log(event.model);
      if (event.kind === 'epoch') {
        const { epoch, train, validation } = event.record;
        console.log(`  epoch ${epoch}: loss ${train.loss?.toFixed(3)}, validation ${validation?.top1?.toFixed(3)}`);
      }
    },
  }),
);

if (end.kind === 'finished') {
  const { models, gain } = end.results;
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
  console.table(
    models.map(({ name: model, parameters, test: { top1, top5 } }) => ({
      model,
      parameters,
      'top-1': `${percent(top1.value)} (${percent(top1.low)} to ${percent(top1.high)})`,
      'top-5': percent(top5.value),
    })),
  );
  if (gain !== undefined) console.log(`the second gains ${signedRange(gain)} points (95 %)`);
  console.log(`the report, with curves and attention maps: ${folder}/report.html`);
}
