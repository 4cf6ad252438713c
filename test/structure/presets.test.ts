import { describe, test } from 'vitest';
import {
  countParameters,
  imageShape,
  orThrow,
  type ParameterSpec,
  showShape,
  sizeOf,
  tree,
} from '../../src/core/index.js';
import {
  cct2Models,
  cct7Models,
  declareModel,
  kerasModels,
  type ModelConfig,
  type ModelPair,
  officialModels,
  quickstartModels,
} from '../../src/models/index.js';
import { aligned, expectGolden } from './golden.js';

const describeModel = (config: ModelConfig): string => {
  const { declaration } = orThrow(declareModel(config));
  const parameters = tree
    .entries<ParameterSpec>(declaration.params)
    .map(([path, spec]) => [
      tree.showPath(path),
      showShape({ axes: spec.axes, sizes: spec.shape }),
      String(sizeOf(spec.shape)),
      spec.initializer.name,
    ]);
  return [
    ...Object.entries(config).map(([field, value]) => `${field}: ${JSON.stringify(value)}`),
    '',
    `${showShape(imageShape(config.image))} -> ${showShape(declaration.output)}`,
    `${countParameters(declaration)} parameters, ${declaration.macs} multiply-accumulates`,
    '',
    'draws in training from',
    ...declaration.draws.map((path) => `  ${tree.showPath(path)}`),
    '',
    ...aligned([['parameter', 'axes', 'count', 'starts'], ...parameters]),
    '',
  ].join('\n');
};

const pairs: Readonly<Record<string, ModelPair<ModelConfig>>> = {
  keras: kerasModels,
  official: officialModels,
  quickstart: quickstartModels,
  'cct-2': cct2Models,
  'cct-7': cct7Models,
};

describe('the structure of every preset model is unchanged', () => {
  test.each(
    Object.entries(pairs).flatMap(([name, pair]) =>
      Object.entries(pair).map(([kind, config]) => [`${name}-${kind}`, config as ModelConfig] as const),
    ),
  )('%s', (name, config) => {
    expectGolden(name, describeModel(config));
  });
});
