import type * as E from 'fp-ts/lib/Either.js';
import type { ConfigError } from '../../../src/core/config.js';
import { countParameters, initialize } from '../../../src/core/declaration.js';
import type { HostTensor } from '../../../src/core/host-tensor.js';
import { key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import * as models from '../../../src/models/index.js';
import { predictionStep, tensorsByPath } from '../../../src/train/index.js';
import { noise } from '../../core/harness.js';
import { onEngines } from '../on-engines.js';
import { type Row, row } from '../row.js';

const config: models.VitConfig = {
  ...models.quickstartModels.sl,
  ...{ image: { height: 8, width: 8, channels: 1 }, classes: 3, patch: 4, dim: 6, depth: 1, heads: 2, headDim: 3 },
  mlp: { units: [5, 6], activateLast: false },
  head: [7],
};
const input = { image: { height: 8, width: 8, channels: 1 }, classes: 3 };
// The words of a configuration are restricted by their types, and checked by its codec.
const words = /kind|pool|order|directions|temperature|initialization/;
const smaller = { image: config.image, classes: 3, patch: 4, dim: 6, depth: 1, heads: 2, headDim: 3 };
const keras: models.VitConfig = { ...config, mlp: { units: [5, 6], activateLast: true } };
const official: models.VitConfig = {
  ...models.officialModels.sl,
  ...smaller,
  mlp: { units: [12, 6], activateLast: false },
};

type Convert<C> = (
  config: C,
  tensors: models.NamedTensors,
) => E.Either<ConfigError | models.WeightsError, models.NamedTensors>;

/** Another library's tensors, from ours and back. */
const both = <C extends models.ModelConfig>(name: string, own: C, to: Convert<C>, from: Convert<C>): readonly Row[] => {
  const tensors = tensorsByPath(initialize(key(1))(orThrow(models.declareModel(own)).declaration.params));
  const theirs = orThrow(to(own, tensors));
  const [path = '', tensor] = Object.entries(theirs)[0] ?? [];
  const one = (t: HostTensor) => ({ ...theirs, [path]: t });
  return [
    row(
      `models/from${name}`,
      [tensor as HostTensor],
      (t) => from(own, one(t)),
      (ours, t) => JSON.stringify(orThrow(to(own, ours))[path]) === JSON.stringify(t),
    ),
    row(
      `models/to${name}`,
      [tensors['classifier/bias'] as HostTensor],
      (t) => to(own, { ...tensors, 'classifier/bias': t }),
      (made, t) => JSON.stringify(orThrow(from(own, made))['classifier/bias']) === JSON.stringify(t),
    ),
  ];
};

const params = initialize(key(1))(orThrow(models.declareVit(config)).params);

const cct: models.CctConfig = {
  ...models.cct2Models.vanilla,
  ...{ image: { height: 8, width: 8, channels: 1 }, classes: 3, dim: 6, depth: 2, heads: 2, headDim: 3, mlp: 5 },
  convolutions: { layers: 2, hidden: 4, size: 3, stride: 1 },
};
const cctParams = initialize(key(1))(orThrow(models.declareCct(cct)).params);

export const modelRows = [
  row(
    'models/adaptTo',
    [input],
    (size) => models.declareModel(models.adaptTo(size)(config)),
    (model, { classes }) => JSON.stringify(model).includes(`${classes}`),
  ),
  row(
    'models/declareModel',
    [config],
    models.declareModel,
    ({ declaration }, { classes }) => declaration.output.sizes.at(-1) === classes && countParameters(declaration) > 0,
    { fixed: words },
  ),
  row(
    'models/declareVit',
    [config],
    models.declareVit,
    (declaration, { classes }) => declaration.output.sizes.at(-1) === classes && countParameters(declaration) > 0,
    { fixed: words },
  ),
  row(
    'models/vit',
    [[2, 8, 8, 1]],
    (shape) => onEngines(predictionStep(models.vit(config)), { params, input: noise(2, shape) }),
    ([logits], [batch, ...size]) => String(size) === '8,8,1' && String(logits?.shape) === String([batch, 3]),
  ),
  row(
    'models/declareCct',
    [cct],
    models.declareCct,
    (declaration, { classes }) => declaration.output.sizes.at(-1) === classes && countParameters(declaration) > 0,
    { fixed: words },
  ),
  row(
    'models/cct',
    [[2, 8, 8, 1]],
    (shape) => onEngines(predictionStep(models.cct(cct)), { params: cctParams, input: noise(2, shape) }),
    ([logits], [batch, ...size]) => String(size) === '8,8,1' && String(logits?.shape) === String([batch, 3]),
  ),
  row(
    'models/vitBlock',
    [config],
    (given) => models.vitBlock(given).init({ axes: ['batch', 'token', 'feature'], sizes: [1, 5, 6] }),
    ({ output }) => String(output.sizes) === '1,5,6',
    { fixed: words },
  ),
  row(
    'models/inputOf',
    [config],
    models.inputOf,
    (size, { image, classes }) => JSON.stringify(size) === JSON.stringify({ image, classes }),
    { fixed: words },
  ),
  row('models/tokensOf', [config], models.tokensOf, (grid) => grid === undefined || Number.isInteger(grid.rows), {
    fixed: words,
  }),
  ...both('Keras', keras, models.toKeras, models.fromKeras),
  ...both('PyTorch', official, models.toPyTorch, models.fromPyTorch),
  ...both('CompactTransformers', cct, models.toCompactTransformers, models.fromCompactTransformers),
];
