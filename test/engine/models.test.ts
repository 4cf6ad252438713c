import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Images, Tensor } from '../../src/core/axes.js';
import { training } from '../../src/core/context.js';
import { initialize } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/draws.js';
import { type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { fold, type Key, key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import type { TemperatureKind } from '../../src/layers/locality-attention.js';
import type { CctConfig } from '../../src/models/cct/config.js';
import { cct2Models, cct7Models } from '../../src/models/cct/presets.js';
import type { ModelParams } from '../../src/models/classifier.js';
import { declareModel, type ModelConfig } from '../../src/models/families.js';
import type { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels, officialModels } from '../../src/models/vit/presets.js';
import { crossEntropy } from '../../src/train/objectives/cross-entropy.js';
import type { BatchTensors } from '../../src/train/step.js';

type Batch = BatchTensors<Tensor<Images>, Tensor<['batch']>>;

const small = {
  image: { height: 12, width: 12, channels: 3 },
  classes: 5,
  patch: 4,
  dim: 8,
  depth: 2,
  heads: 2,
  headDim: 6,
};
const keras = (config: VitConfig): VitConfig => ({
  ...config,
  ...small,
  mlp: { units: [16, 8], activateLast: true },
  head: [12],
});
const official = (config: VitConfig): VitConfig => ({
  ...config,
  ...small,
  mlp: { units: [16, 8], activateLast: false },
});
const locality = (temperature: TemperatureKind): VitConfig => ({
  ...keras(kerasModels.sl),
  attention: { kind: 'locality', temperature, maskDiagonal: true },
});

const convolutional = (config: CctConfig): CctConfig => ({
  ...config,
  ...{ image: small.image, classes: 5, dim: 8, depth: 3, heads: 2, headDim: 6, mlp: 16 },
  dropRates: { attention: 0.1, tokens: 0.1, path: 0.1 },
});

const kinds: readonly (readonly [string, ModelConfig])[] = [
  ['Keras vanilla', keras(kerasModels.vanilla)],
  ['Keras SPT + LSA', keras(kerasModels.sl)],
  ['official ViT', official(officialModels.vanilla)],
  ['official SL-ViT', official(officialModels.sl)],
  ['CCT', convolutional(cct2Models.vanilla)],
  ['CCT with SPT + LSA', convolutional(cct7Models.sl)],
  ['a temperature a head', locality('temperature-per-head')],
  ['a fixed temperature', locality('fixed')],
  [
    'mean pooling, all shifts',
    {
      ...locality('scale-per-head'),
      pool: 'mean',
      tokenizer: { kind: 'shifted', directions: 'all', order: 'official', ratio: 0.25 },
    },
  ],
];

describe.each(kinds)('%s', (_, config) => {
  test('eager and jit agree on the loss and on every gradient, with every kind of dropout on', async () => {
    const { model, declaration } = orThrow(declareModel(config));
    const params = initialize(key(1))(declaration.params);
    const batch = {
      input: drawOnHost(key(2), { kind: 'normal' }, [3, 12, 12, 3]),
      target: int32([3], [0, 4, 2]),
    };
    const differentiate = (
      { params: p, batch: b }: { readonly params: ModelParams; readonly batch: Batch },
      stepKey: Key,
    ) =>
      valueAndGrad((at: ModelParams) => ({
        loss: tf.mean(crossEntropy(model.apply(at, b.input, training(stepKey)), b.target)),
        aux: {} as Record<string, tf.Tensor>,
      }))(p);
    const on = async (engine: Engine): Promise<readonly (readonly [string, HostTensor])[]> => {
      const compiled = engine.compile(differentiate);
      const values = engine.fromHost({ params, batch }) as never;
      const { loss, gradients } = await orThrow(engine.toHost(await orThrow(compiled(values, fold(key(3), 'step')))));
      return entries<HostTensor>({ loss, gradients }).map(([path, leaf]) => [showPath(path), leaf]);
    };
    const [reference, compiled] = [await on(await orThrow(eager('cpu'))), await on(await orThrow(jit()))];
    expect(compiled.map(([path]) => path)).toEqual(reference.map(([path]) => path));
    reference.forEach(([path, leaf], i) => {
      const data = Array.from(leaf.data);
      const got = compiled[i]![1].data;
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const difference = data.reduce((most, value, j) => Math.max(most, Math.abs(value - got[j]!)), 0);
      // The gradient of a key's bias is zero except for rounding, hence the absolute tolerance.
      expect(difference, path).toBeLessThanOrEqual(2e-5 * largest + 1e-7);
    });
  });
});
