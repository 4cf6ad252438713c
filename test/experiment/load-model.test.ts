import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadModel } from '../../src/experiment/node/index.js';
import { declareModel } from '../../src/models/index.js';
import { sha256 } from '../../src/node/sha256.js';
import { type Checkpoint, encodeTensors } from '../../src/train/index.js';
import { saveCheckpoint } from '../../src/train/node/index.js';
import { left, right, someImages } from '../data/fixtures.js';
import { counted } from '../support/counted-engine.js';
import { temporaryFolder } from '../support/tiny-run.js';
import { chosen, prepared, wholeRun } from './tiny-experiment.js';

const { engine } = chosen;
const { test: images } = prepared.dataset;
const all = Array.from({ length: images.count }, (_, i) => images.image(i));

let path = '';
beforeEach(() => {
  path = join(temporaryFolder(), 'model.safetensors');
});

const checkpointOf = async (model: string): Promise<Checkpoint> => {
  const checkpoint = (await wholeRun()).store.contents().checkpoints.get(model);
  if (checkpoint === undefined) throw new Error(`expected a checkpoint of ${model}`);
  return checkpoint;
};

/** The model of a checkpoint, through a file. */
const loaded = async (checkpoint: Checkpoint) => {
  right(await saveCheckpoint(path, checkpoint)());
  return loadModel(path)();
};

describe.each([
  ['vanilla', 0],
  ['spt-lsa', 1],
])('a trained model: %s', (name, position) => {
  test('predicts from its file what the run measured on the test set', async () => {
    const model = right(await loaded(await checkpointOf(name)));
    expect(model.classes).toEqual(prepared.dataset.classes);
    const predictions = right(await model.predict(engine)(all)());

    const end = right((await wholeRun()).end);
    if (end.kind !== 'finished') throw new Error('the run did not finish');
    const { top1, loss } = end.results.models[position]!.test;
    const isRight = predictions.map(({ label }, i) => label === model.classes[images.label(i)]);
    expect(isRight.filter(Boolean).length / images.count).toBeCloseTo(top1.value, 10);
    const losses = predictions.map(({ probabilities }, i) => -Math.log(probabilities[images.label(i)]!));
    expect(losses.reduce((sum, one) => sum + one, 0) / images.count).toBeCloseTo(loss, 4);
  });

  test('holds one image at a time', async () => {
    const [watched, held] = counted(engine);
    const predict = right(await loaded(await checkpointOf(name))).predict(watched);
    const parameters = held.now();
    right(await predict(all.slice(0, 1))());
    const most = held.most();
    right(await predict(all)());
    expect(held.most()).toBe(most);
    expect(held.now()).toBe(parameters);
  });

  test('gives probabilities that add up to 1, and the most probable class', async () => {
    const { predict, classes } = right(await loaded(await checkpointOf(name)));
    for (const { label, probabilities } of right(await predict(engine)(all.slice(0, 3))())) {
      expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
      expect(classes.indexOf(label)).toBe(probabilities.indexOf(Math.max(...probabilities)));
    }
  });
});

test('a prediction does not depend on the other images', async () => {
  const predict = right(await loaded(await checkpointOf('spt-lsa'))).predict(engine);
  const together = right(await predict(all.slice(0, 4))());
  for (const [i, image] of all.slice(0, 4).entries()) expect(right(await predict([image])())).toEqual([together[i]]);
  expect(right(await predict(all.slice(0, 4).reverse())())).toEqual([...together].reverse());
  expect(right(await predict([])())).toEqual([]);
});

test.each([
  ['another size', someImages(1, 9, 9, 1)],
  ['other channels', someImages(1, 8, 8, 3)],
])('an image with %s is a ConfigError', async (_, source) => {
  const predict = right(await loaded(await checkpointOf('vanilla'))).predict(engine);
  const error = left(await predict([source.image(0)])());
  expect(error._tag).toBe('ConfigError');
});

describe('a file that is not a model is refused', () => {
  const refused = async (expected: string): Promise<string> => {
    const error = left(await loadModel(path)());
    expect(error._tag).toBe(expected);
    expect(error.message).toContain(path);
    return error.message;
  };

  test('no file', async () => {
    expect(await refused('FileError')).toContain('there is no such file');
  });

  test('a damaged file', async () => {
    right(await saveCheckpoint(path, await checkpointOf('vanilla'))());
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 10));
    expect(await refused('CheckpointError')).toContain('is cut short, damaged or not a safetensors file');
    writeFileSync(
      path,
      Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte)),
    );
    expect(await refused('CheckpointError')).toContain('is cut short, damaged or not a safetensors file');
  });

  test('a safetensors file of another program', async () => {
    const tensors = { weight: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } } as const;
    const chunks = right(encodeTensors({ metadata: { format: 'pt' }, tensors }, sha256));
    writeFileSync(path, Buffer.concat(chunks));
    expect(await refused('CheckpointError')).toContain('was not written by this version of vitrail');
  });

  test("a file with another model's tensors", async () => {
    const [vanilla, other] = [await checkpointOf('vanilla'), await checkpointOf('spt-lsa')];
    right(await saveCheckpoint(path, { ...vanilla, tensors: other.tensors })());
    expect(await refused('CheckpointError')).toContain('does not fit its own model');
  });

  test('a file without a valid model or pipeline', async () => {
    const { info, ...rest } = await checkpointOf('vanilla');
    right(await saveCheckpoint(path, { ...rest, info: { ...info, model: { kind: 'unheard-of' } } })());
    expect(await refused('CheckpointError')).toMatch(/has an invalid model: kind: expected/);
    right(await saveCheckpoint(path, { ...rest, info: { ...info, pipeline: [{ kind: 'resize', height: -1 }] } })());
    expect(await refused('CheckpointError')).toContain('has an invalid pipeline');
  });
});

test('the configuration of a loaded model declares the same parameters', async () => {
  const { config, params } = right(await loaded(await checkpointOf('vanilla')));
  const { declaration } = right(declareModel(config));
  expect(Object.keys(params)).toEqual(Object.keys(declaration.params));
});
