/** Exported models give the numbers of the library, for any size of batch, with standard operators only. */
import '../../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { presets } from '../../../src/experiment/presets.js';
import * as v from '../../../src/index.js';
import { quickstartModels } from '../../../src/models/vit/presets.js';
import { left, right } from '../../data/fixtures.js';
import { movedParams, uniform } from '../../support/moved-params.js';
import { contentsOf } from './contents.js';
import { runOnnx } from './run-onnx.js';

const engine = await v.orThrow(v.jit({ threads: 1 }));

/** The output and all that layers show, by the library. */
const byLibrary = async <P>(model: v.Layer<P, v.Images, v.Logits>, params: v.Hosts<P>, images: v.HostTensor) => {
  const apply = engine.compile(({ held, input }: { readonly held: P; readonly input: v.Tensor<v.Images> }) =>
    v.observe(model)(held, input, v.evaluation),
  );
  const values = right(await apply({ held: engine.fromHost<P>(params), input: engine.fromHost(images) })());
  return right(await engine.toHost(values)());
};

/** The largest difference, in units of the largest number if that is above 1. */
const largestDifference = (a: v.HostTensor | undefined, b: v.HostTensor | undefined): number => {
  expect(a?.shape).toEqual(b?.shape);
  let [difference, largest] = [0, 1];
  for (const [i, value] of (b?.data ?? []).entries()) {
    difference = Math.max(difference, Math.abs(value - (a?.data[i] ?? Number.NaN)));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
};

const models = new Map(
  Object.entries(presets).flatMap(([preset, { models }]) =>
    preset === 'keras-intended' ? [] : models.map(({ name, config }) => [`${preset}, ${name}`, config] as const),
  ),
);

describe.each([...models])('%s', (_, config) => {
  const { model, declaration } = right(v.declareModel(config));
  const { image, classes } = v.inputOf(config);
  const params = movedParams(declaration.params);

  test('logits for batches of three sizes, and the attention of each block, are those of the library', async () => {
    const exported = right(v.exportOnnx(model, params, { input: v.imageShape(image), show: ['weights'] }));
    const { opsets, operators, inputs } = contentsOf(exported.bytes);
    expect(opsets).toEqual([['', 18]]);
    expect(operators.filter(({ domain }) => domain !== '')).toEqual([]);
    expect(inputs).toEqual([['input', ['batch', image.height, image.width, image.channels]]]);
    expect(exported.outputs[0]).toEqual({ name: 'output', type: 'float32', shape: ['batch', classes] });
    const shown = exported.outputs.slice(1).map(({ name }) => name);
    expect(shown).toEqual(Array.from({ length: config.depth }, (_, i) => `blocks/${i}/attention/weights`));
    for (const size of [1, 2, 5]) {
      const images = uniform(size, [size, image.height, image.width, image.channels]);
      const expected = await byLibrary(model, params, images);
      const [output, ...weights] = await runOnnx(exported, { input: images });
      expect(largestDifference(output, expected.output)).toBeLessThan(1e-5);
      for (const [i, name] of shown.entries())
        expect(largestDifference(weights[i], expected.shown[name])).toBeLessThan(1e-5);
    }
  });
});

test('in 16 bits, a file has half the size and the numbers of rounded parameters', async () => {
  const { model, declaration } = right(v.declareModel(quickstartModels.sl));
  const params = movedParams(declaration.params);
  const input = v.imageShape({ height: 28, width: 28, channels: 1 });
  const whole = right(v.exportOnnx(model, params, { input }));
  const half = right(v.exportOnnx(model, params, { input, weights: 'float16' }));
  const types = new Map(contentsOf(half.bytes).constants);
  for (const [path, { data }] of v.tree.entries<v.HostTensor>(params))
    expect(types.get(v.tree.showPath(path))).toBe(data.length < 128 ? 'float32' : 'float16');
  expect(half.bytes.length / whole.bytes.length).toBeLessThan(0.52);
  const images = uniform(3, [4, 28, 28, 1]);
  const [[output], [rounded]] = [await runOnnx(whole, { input: images }), await runOnnx(half, { input: images })];
  const difference = largestDifference(rounded, output);
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(2e-3);
});

const composed = v.serial(
  v.named('stem', v.conv(8, { size: 3, stride: 2 })),
  v.named('stem-norm', v.batchNorm()),
  v.relu,
  v.named('depthwise', v.depthwiseConv({ size: 3 })),
  v.maxPool({ size: 2 }),
  v.named('second', v.conv(16, { size: 3, padding: 1 })),
  v.averagePool({ size: 2 }),
  v.named('tokens', v.patchTokens({ patch: 1, dim: 16 })),
  v.named('position', v.positionEmbedding()),
  v.named(
    'attention',
    v.residual(v.serial(v.named('norm', v.layerNorm()), v.localityAttention({ heads: 2, headDim: 8 }))),
  ),
  v.named('pool', v.sequencePool()),
  v.dropout(0.5),
  v.named('classifier', v.classifier(3)),
);

const shape = v.imageShape({ height: 24, width: 32, channels: 3 });
const params = movedParams(right(composed.init(shape)).params);

describe('a model composed in place', () => {
  test('has its parameters under their paths, metadata, and the numbers of the library', async () => {
    const metadata = { 'vitrail.classes': '["cat","chien","cat/é"]' };
    const exported = right(v.exportOnnx(composed, params, { input: shape, metadata }));
    const contents = contentsOf(exported.bytes);
    expect(contents.metadata).toEqual(metadata);
    const paths = v.tree.paths(params).map(v.tree.showPath);
    expect(contents.constants.map(([name]) => name)).toEqual(expect.arrayContaining(paths));
    const images = uniform(3, [4, 24, 32, 3]);
    const [output] = await runOnnx(exported, { input: images });
    expect(largestDifference(output, (await byLibrary(composed, params, images)).output)).toBeLessThan(1e-5);
  });

  test('needs the parameters that it declares', () => {
    const { classifier, ...rest } = params;
    const wrong = v.exportOnnx<v.ParamsOf<typeof composed>, v.Images, v.Logits>(
      composed,
      { ...rest, classifier: { ...classifier, weight: v.float32([2, 2], [1, 2, 3, 4]) } },
      { input: shape },
    );
    expect(left(wrong).message).toMatch(
      /expected classifier\/weight: float32 \[16,3\], got classifier\/weight: float32 \[2,2\]/,
    );
    const small = v.exportOnnx(composed, params, { input: v.imageShape({ height: 4, width: 4, channels: 1 }) });
    expect(left(small)._tag).toBe('ShapeError');
  });
});
