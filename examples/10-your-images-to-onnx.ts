/**
 * 10: from your own folder of images to an ONNX file. A folder with one subfolder for each class becomes a data set; a recipe chooses a model
 * for the number and the size of its images; the trained model becomes a file that other programs run: raw pixels in, probabilities out.
 *
 *     npx tsx examples/10-your-images-to-onnx.ts DIR              # DIR/<class>/…: some ten minutes on two cores
 *     npx tsx examples/10-your-images-to-onnx.ts '' 15            # without DIR it makes one, of images in the package; epochs
 *     npx tsx examples/10-your-images-to-onnx.ts '' 1 60          # epochs, number of images that it makes
 *
 * It writes output/10-model.onnx, and compares it with the model: the last table. `vitrail train --data DIR` and `vitrail export` do the same.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { countParameters, orThrow } from 'vitrail/core';
import { loadDataset, readImageFolder } from 'vitrail/data/node';
import { chooseEngine } from 'vitrail/engine';
import {
  decodingOf,
  exportTrained,
  memoryStore,
  prepare,
  recipeFor,
  recipeSize,
  runExperiment,
  trainedModel,
} from 'vitrail/experiment';
import { montage } from 'vitrail/plot';

const [given = '', epochs, number = '1000'] = process.argv.slice(2);
const output = fileURLToPath(new URL('output/', import.meta.url));

/** A folder of PNG files of three classes, to have one. */
const makeFolder = async (folder: string): Promise<string> => {
  const { train } = orThrow(await loadDataset('fashion-mnist-small')());
  rmSync(folder, { recursive: true, force: true });
  for (let i = 0; i < Math.min(Number(number), train.count); i++) {
    const name = train.classes[train.label(i)]?.replaceAll('/', ' or ');
    if (name === undefined || !['Sandal', 'Bag', 'Dress'].includes(name)) continue;
    mkdirSync(`${folder}/${name}`, { recursive: true });
    writeFileSync(`${folder}/${name}/${i}.png`, orThrow(montage([[train.image(i)]], { gap: 0 })));
  }
  return folder;
};

// Files are decoded to one size. What cannot be used is listed; without a folder `test` a part of each class is held back.
const folder = given === '' ? await makeFolder(`${output}10-images`) : given;
const dataset = orThrow(await readImageFolder(folder, { size: recipeSize() })());
for (const { path, detail } of dataset.files.skipped) console.log(`left out: ${path}: ${detail}`);
console.log(`${dataset.train.count} images of ${dataset.classes.join(', ')}; ${dataset.test.count} for the test`);

// The recipe is an experiment as plain data, to look at and to change.
const recipe = orThrow(recipeFor(dataset, { depth: 2, width: 64 }));
const experiment = epochs === undefined ? recipe : { ...recipe, epochs: Number(epochs) };
const prepared = orThrow(prepare(experiment, dataset));
const [model] = prepared.models;
if (model === undefined) throw new Error('the recipe has no model');
console.log(`${countParameters(model.declaration).toLocaleString('en')} parameters, ${experiment.epochs} epochs`);

const engine = orThrow(await chooseEngine('auto')());
const store = memoryStore();
const startedAt = new Date().toISOString();
const command = 'npx tsx examples/10-your-images-to-onnx.ts';
const report = (): void => {};
const end = orThrow(await runExperiment(prepared, { engine, store, report, resume: false, startedAt, command })());
const accuracy = end.kind === 'finished' ? end.results.models[0]?.test.top1 : undefined;
if (accuracy !== undefined) console.log(`test accuracy ${(100 * accuracy.value).toFixed(1)} %`);

// A checkpoint stands alone: model, classes and transforms are in it. So does the file that is made of it.
const checkpoint = store.contents().checkpoints.get(model.name);
if (checkpoint === undefined) throw new Error('there is no checkpoint');
const trained = orThrow(trainedModel(model.name)(checkpoint));
const { bytes, inputs } = orThrow(exportTrained(trained, { decoding: decodingOf(trained, experiment) }));
const file = `${output}10-model.onnx`;
mkdirSync(output, { recursive: true });
writeFileSync(file, bytes);
console.log(`${file}: ${(bytes.length / 1e6).toFixed(1)} MB, input ${inputs.map(({ name }) => name).join(', ')}`);

// Any ONNX Runtime runs it; this is the one of Node. It takes bytes, as they come from a file.
const session = await InferenceSession.create(file);
const images = Array.from({ length: Math.min(5, dataset.test.count) }, (_, i) => dataset.test.image(i));
const predicted = orThrow(await trained.predict(engine.engine)(images)());
const rows = [];
for (const [i, { height, width, channels, data }] of images.entries()) {
  const pixels = new Tensor('uint8', Uint8Array.from(data), [1, height, width, channels]);
  const { probabilities } = await session.run({ images: pixels });
  const theirs = Array.from(probabilities?.data ?? [], Number);
  const best = theirs.indexOf(Math.max(...theirs));
  rows.push({
    image: dataset.classes[dataset.test.label(i)],
    'ONNX file': `${dataset.classes[best]}, ${(100 * (theirs[best] ?? 0)).toFixed(1)} %`,
    model: `${predicted[i]?.label}, ${(100 * Math.max(...(predicted[i]?.probabilities ?? []))).toFixed(1)} %`,
    difference: Math.max(...theirs.map((p, c) => Math.abs(p - (predicted[i]?.probabilities[c] ?? 0)))),
  });
}
console.table(rows);
