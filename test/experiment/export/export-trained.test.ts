/** A trained model in one file: bytes of images in, the probabilities of `predict` out. */
import '../../support/tfjs.js';
import fc from 'fast-check';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { defaultDecoding } from '../../../src/data/image-decoding.js';
import { adaptedPipeline, defineTransform } from '../../../src/data/index.js';
import { jit } from '../../../src/engine/index.js';
import { applyLinear, linearPreprocessing } from '../../../src/experiment/export/linear-preprocessing.js';
import { attentionMapper, exportTrained, presets } from '../../../src/experiment/index.js';
import { adaptTo, type ModelConfig } from '../../../src/models/index.js';
import { left, right, someImages } from '../../data/fixtures.js';
import { halve } from '../../data/posterize.js';
import { contentsOf } from '../../engine/onnx-export/contents.js';
import { runOnnx } from '../../engine/onnx-export/run-onnx.js';
import { transforms } from '../../support/config-arbitraries.js';
import { tinyModels } from '../../support/tiny-config.js';
import { untrained } from '../untrained.js';

const engine = right(await jit({ threads: 1 })());

const sizeFor = (preset: string) =>
  preset === 'quickstart' ? { height: 28, width: 28, channels: 1 } : { height: 32, width: 32, channels: 3 };

const decodingTo = (size: { height: number; width: number; channels: number }) => ({
  ...size,
  ...defaultDecoding,
  background: [...defaultDecoding.background] as [number, number, number],
});

/** Smaller models of the same kind: a block or two, which are all alike. */
const shallow = (config: ModelConfig): ModelConfig => ({ ...config, depth: 2 });

const cases = Object.entries(presets).flatMap(([preset, { models, transforms: list }]) =>
  models.map(({ name, config }) => [`${preset}, ${name}`, sizeFor(preset), list, shallow(config)] as const),
);

describe.each(cases)('%s', (_, size, list, config) => {
  const trained = untrained(config, list, size);
  const images = someImages(3, size.height, size.width, size.channels);
  const raw = Array.from({ length: 3 }, (_, i) => images.image(i));
  const bytes = { shape: [3, ...Object.values(size)], data: Uint8Array.from(raw.flatMap(({ data }) => [...data])) };

  test('the file gives the probabilities of predict, and the attention that is drawn', async () => {
    const exported = right(exportTrained(trained, { decoding: decodingTo(size), attention: 'map' }));
    expect(exported.inputs).toEqual([{ name: 'images', type: 'uint8', shape: ['batch', ...Object.values(size)] }]);
    const predictions = right(await trained.predict(engine)(raw)());
    const [probabilities, map] = await runOnnx(exported, { images: bytes });
    const expected = predictions.flatMap((one) => one.probabilities);
    expect(probabilities?.data.length).toBe(expected.length);
    for (const [i, value] of expected.entries())
      expect(Math.abs((probabilities?.data[i] ?? 1) - value)).toBeLessThan(1e-5);
    const mapOf = attentionMapper(engine, trained);
    const maps = await Promise.all(raw.map(async (image) => right(await mapOf(image)()).weights));
    for (const [i, value] of maps.flat().entries()) expect(Math.abs((map?.data[i] ?? 1) - value)).toBeLessThan(1e-5);
  });
});

const threshold = defineTransform({
  kind: 'threshold',
  settings: t.type({}),
  phase: 'always',
  apply: () => (_, image) => ({ ...image, data: image.data.map((value) => (value > 127 ? 255 : 0)) }),
});

const tiny = { height: 8, width: 8, channels: 1 };
const trained = untrained(tinyModels.sl, presets.quickstart.transforms, tiny);

describe('options', () => {
  test('the metadata has what a program needs to prepare images and to name classes', () => {
    const { bytes } = right(exportTrained(trained, { decoding: decodingTo(tiny), title: 'SPT + LSA' }));
    const { metadata } = contentsOf(bytes);
    expect(metadata.title).toBe('SPT + LSA');
    const parse = (name: string): unknown => JSON.parse(metadata[name] ?? '');
    expect(parse('classes')).toEqual(trained.classes);
    expect(parse('images')).toEqual(decodingTo(tiny));
    expect(parse('transforms')).toEqual(trained.pipeline.transforms);
    expect(parse('model')).toEqual(tinyModels.sl);
  });

  test('attention of every block, and weights in 16 bits that leave the preprocessing exact', async () => {
    const exported = right(
      exportTrained(trained, { decoding: decodingTo(tiny), attention: 'all', weights: 'float16' }),
    );
    expect(exported.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['probabilities', ['batch', 10]],
      ['attention', ['batch', 2, 2]],
      ['blocks/0/attention/weights', ['batch', 2, 4, 4]],
      ['blocks/1/attention/weights', ['batch', 2, 4, 4]],
    ]);
    const image = someImages(1, 8, 8, 1).image(0);
    const [prediction] = right(await trained.predict(engine)([image])());
    const images = { shape: [1, 8, 8, 1], data: Uint8Array.from(image.data) };
    const [probabilities] = await runOnnx(exported, { images });
    const differences = (prediction?.probabilities ?? []).map((value, i) =>
      Math.abs(value - (probabilities?.data[i] ?? 1)),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-3);
    expect(Math.max(...differences)).toBeGreaterThan(1e-7);
  });
});

describe('preprocessing as numbers', () => {
  test('is that of any pipeline of built-in transforms', () => {
    const size = fc.record({
      height: fc.integer({ min: 1, max: 24 }),
      width: fc.integer({ min: 1, max: 24 }),
      channels: fc.constantFrom(1, 3),
    });
    const list = transforms.map((all) =>
      all.map((one) =>
        'height' in one && one.kind !== 'zoom'
          ? { ...one, height: 1 + (one.height % 30), width: 1 + (one.width % 30) }
          : one,
      ),
    );
    fc.assert(
      fc.property(size, list, fc.nat(), ({ height, width, channels }, some, seed) => {
        const known = some.filter((one) => one.kind !== 'normalize' || one.mean === undefined);
        const images = someImages(4, height, width, channels);
        const pipeline = right(adaptedPipeline(known, images));
        const linear = right(linearPreprocessing(pipeline, { height, width, channels }));
        const image = images.image(seed % 4);
        const [ours, theirs] = [applyLinear(linear, image).data, pipeline.preprocess(image).data];
        expect(ours.length).toBe(theirs.length);
        for (const [i, value] of theirs.entries())
          expect(Math.abs((ours[i] ?? Number.NaN) - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)) * 10);
      }),
      { numRuns: 60 },
    );
  });

  test('is that of a transform of your own that chooses pixels; one that does something else is refused', () => {
    const images = someImages(4, 8, 6, 1);
    const size = { height: 8, width: 6, channels: 1 };
    const chooses = right(adaptedPipeline([{ kind: 'halve' }], images, { custom: [halve] }));
    expect(right(linearPreprocessing(chooses, size)).columns).toMatchObject({ outputs: 3, inputs: 6 });
    const custom = [threshold];
    const decides = right(adaptedPipeline([{ kind: 'threshold' }], images, { custom }));
    expect(left(linearPreprocessing(decides, size)).message).toMatch(/transforms that only resize and scale/);
  });

  test('images that do not become those of the model are refused', () => {
    const wrong = exportTrained(trained, { decoding: decodingTo({ height: 9, width: 8, channels: 1 }) });
    expect(left(wrong).message).toMatch(/expected 8 × 8 × 1 after preprocessing, got 9 × 8 × 1/);
    const gray = untrained(adaptTo({ image: { height: 8, width: 8, channels: 3 }, classes: 3 })(tinyModels.sl), [], {
      ...tiny,
      channels: 3,
    });
    expect(left(exportTrained(gray, { decoding: decodingTo(tiny) })).message).toMatch(/expected 8 × 8 × 3/);
  });
});
