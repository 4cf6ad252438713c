import { expect, test } from 'vitest';
import type { Image, ImageSource } from '../../src/data/index.js';
import { subset } from '../../src/data/index.js';
import { evaluateModel } from '../../src/experiment/index.js';
import { trainedModel } from '../../src/experiment/trained-model.js';
import { left, right } from '../data/fixtures.js';
import { chosen, prepared, wholeRun } from './tiny-experiment.js';

const { engine } = chosen;
const images = prepared.dataset.test;

const model = async () => {
  const checkpoint = (await wholeRun()).store.contents().checkpoints.get('spt-lsa');
  if (checkpoint === undefined) throw new Error('expected a checkpoint of spt-lsa');
  return right(trainedModel('memory')(checkpoint));
};

test('measures what the run measured on its test images', async () => {
  const end = right((await wholeRun()).end);
  if (end.kind !== 'finished') throw new Error('the run did not finish');
  const expected = end.results.models[1]!.test;
  const { test: measured, confusion, classes } = right(await evaluateModel(engine, await model())(images)());
  expect(measured.images).toBe(expected.images);
  expect(measured.top1.value).toBeCloseTo(expected.top1.value, 10);
  expect(measured.top5.value).toBeCloseTo(expected.top5.value, 10);
  expect(measured.loss).toBeCloseTo(expected.loss, 4);
  expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(images.count);
  expect(classes.map(({ name }) => name)).toEqual(images.classes);
});

test('what it says of an image has the same bits whatever else is evaluated, and is what predict says', async () => {
  const trained = await model();
  const evaluate = evaluateModel(engine, trained, { mistakes: 20 });
  const all = right(await evaluate(images)()).mistakes;
  expect(all.length).toBeGreaterThan(3);
  for (const { index, ...mistake } of all.slice(0, 4)) {
    const alone = right(await evaluate(right(subset([index])(images)))()).mistakes;
    expect(alone).toEqual([{ ...mistake, index: 0 }]);
    const [predicted] = right(await trained.predict(engine)([images.image(index)])());
    expect([predicted?.label, Math.max(...(predicted?.probabilities ?? []))]).toEqual([
      mistake.predicted,
      mistake.confidence,
    ]);
  }
  const turned = right(subset(Array.from({ length: images.count }, (_, i) => images.count - 1 - i))(images));
  const backwards = right(await evaluate(turned)()).mistakes;
  const key = ({ index: _, ...mistake }: (typeof all)[number]) => JSON.stringify(mistake);
  expect(backwards.map(key).sort()).toEqual(all.map(key).sort());
});

test('the surest mistakes come first, as many as wanted', async () => {
  const trained = await model();
  const all = right(await evaluateModel(engine, trained, { mistakes: 20 })(images)()).mistakes;
  const confidences = all.map(({ confidence }) => confidence);
  expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
  expect(all.every(({ label, predicted }) => label !== predicted)).toBe(true);
  expect(right(await evaluateModel(engine, trained, { mistakes: 2 })(images)()).mistakes).toEqual(all.slice(0, 2));
});

test('a number of mistakes that is none is an error', async () => {
  const error = left(await evaluateModel(engine, await model(), { mistakes: -1 })(images)());
  expect(error.message).toContain('mistakes: expected a whole number');
});

test('says how far it is', async () => {
  const done: number[] = [];
  right(await evaluateModel(engine, await model(), { onImage: (one) => done.push(one) })(images)());
  expect(done).toEqual(Array.from({ length: images.count }, (_, i) => i + 1));
});

test.each<readonly [string, (index: number) => Image, string]>([
  [
    'an image that cannot be read',
    () => {
      throw new Error('the file is gone');
    },
    'image 2: expected an image, got Error: the file is gone',
  ],
  [
    'an image of another size',
    () => ({ height: 3, width: 3, channels: 1, data: new Float32Array(9) }),
    'expected an image of 8 × 8 × 1 after preprocessing, got 3 × 3 × 1',
  ],
])('%s is an error', async (_, image, sentence) => {
  const broken: ImageSource = { ...images, image: (index) => (index === 2 ? image(index) : images.image(index)) };
  expect(left(await evaluateModel(engine, await model())(broken)()).message).toContain(sentence);
});

test('parameters that are not finite are an error', async () => {
  const trained = await model();
  const diverged = { ...trained, score: () => () => async () => ({ _tag: 'Right', right: [Number.NaN, 0] }) as const };
  expect(left(await evaluateModel(engine, diverged)(images)()).message).toContain(
    'expected finite numbers for image 0, got NaN,0: its training diverged',
  );
});
