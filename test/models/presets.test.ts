import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/core/config.js';
import { countParameters } from '../../src/core/declaration.js';
import { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels, officialModels, quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit } from '../../src/models/vit/vit.js';

const declared = (config: VitConfig) => {
  const declaration = declareVit(config);
  if (E.isLeft(declaration)) throw new Error(declaration.left.message);
  return declaration.right;
};

describe('presets, from declarations alone', () => {
  // Keras: model.summary() minus the 7 numbers of Normalization; official: the authors' create_model for CIFAR-100.
  test.each([
    ['Keras vanilla', kerasModels.vanilla, 21_759_012],
    ['Keras SPT + LSA', kerasModels.sl, 21_787_748],
    ['official ViT', officialModels.vanilla, 2_709_796],
    ['official SL-ViT', officialModels.sl, 2_747_248],
  ])('%s has the published parameter count', (_, config, count) => {
    expect(countParameters(declared(config))).toBe(count);
  });

  test.each([
    ['Keras vanilla', kerasModels.vanilla, 201.4],
    ['Keras SPT + LSA', kerasModels.sl, 205.4],
    ['official ViT', officialModels.vanilla, 187.73],
    ['official SL-ViT', officialModels.sl, 190.09],
  ])('%s has the known multiply-accumulates (M)', (_, config, millions) => {
    expect(declared(config).macs / 1e6).toBeCloseTo(millions, 1);
  });

  test.each(Object.entries({ ...kerasModels, official: officialModels.sl, quick: quickstartModels.sl }))(
    'config %s survives its codec',
    (_, config) => {
      expect(decode(VitConfig)(JSON.parse(JSON.stringify(config)))).toEqual(E.right(config));
    },
  );
});
