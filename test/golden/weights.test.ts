import '../support/tfjs.js';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Either } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import type { Failure } from '../../src/core/errors.js';
import { filled } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { map } from '../../src/core/tree.js';
import {
  declareVit,
  fromKeras,
  fromPyTorch,
  toKeras,
  toPyTorch,
  type VitConfig,
  type VitParams,
  vit,
} from '../../src/models/index.js';
import { restore } from '../../src/train/restore.js';
import { left } from '../core/harness.js';
import { expectAgreement } from './agreement.js';
import { fixture, type Named, toTensor, within } from './fixture.js';
import { inSmall, presets } from './models.js';

type Convert = (config: VitConfig, tensors: Named) => Either<Failure, Named>;

const maps: Readonly<Record<keyof typeof presets, { readonly from: Convert; readonly to: Convert }>> = {
  keras2: { from: fromKeras, to: toKeras },
  keras3: { from: fromKeras, to: toKeras },
  torch: { from: fromPyTorch, to: toPyTorch },
};

describe.each(['keras2', 'keras3', 'torch'] as const)('weights of %s', (library) => {
  const { tensors, about, source } = fixture(`${library}-weights`);
  const { from, to } = maps[library];
  const configOf = (name: 'vanilla' | 'sl') => inSmall(presets[library][name], about('config'));

  it.each(['vanilla', 'sl'] as const)('%s: give the same logits here, and are exported unchanged', (name) => {
    const config = configOf(name);
    const theirs = within(tensors, `${name}/weights`);
    const ours = orThrow(from(config, theirs));
    const params = orThrow(restore(orThrow(declareVit(config)), ours));
    tidy(() => {
      const logits = vit(config).apply(map(toTensor)(params) as VitParams, toTensor(tensors.images!), evaluation);
      expectAgreement({ what: `weights by their own names, ${name}`, against: source, tolerance: 5e-6 }, [
        ['logits', { shape: logits.shape, data: (logits as Tensor).dataSync() }, tensors[`${name}/logits`]!],
      ]);
    });
    expect(orThrow(to(config, ours))).toEqual(theirs);
  });

  it('of the other architecture are rejected with all names', () => {
    const theirs = within(tensors, 'sl/weights');
    const [first = '', second = '', ...others] = Object.keys(theirs);
    const rest = Object.fromEntries(others.map((name) => [name, theirs[name]!]));
    expect(left(from(configOf('sl'), { ...rest, surplus: filled([1], 0) }))).toMatchObject({
      _tag: 'WeightsError',
      missing: [first, second],
      extra: ['surplus'],
      message: `missing: ${first}, ${second}; not in the model: surplus`,
    });
    expect(left(from(configOf('vanilla'), theirs))).toMatchObject({ _tag: 'WeightsError' });
    expect(left(to(configOf('sl'), {}))).toMatchObject({ _tag: 'WeightsError', extra: [] });
  });

  it('are rejected for an architecture that the library does not have', () => {
    const pool = { ...configOf('sl'), pool: 'mean' } as const;
    expect(left(from(pool, within(tensors, 'sl/weights')))).toMatchObject({ _tag: 'ConfigError', field: 'pool' });
    expect(left(to(pool, {}))).toMatchObject({ _tag: 'ConfigError', field: 'pool' });
    const order = library === 'torch' ? 'keras' : 'official';
    const tokenizer = { kind: 'shifted', directions: 'diagonal', order, ratio: 0.5 } as const;
    expect(left(from({ ...configOf('sl'), tokenizer }, {}))).toMatchObject({ field: 'tokenizer.order' });
  });

  it('of another shape are named in the error', () => {
    const theirs = within(tensors, 'sl/weights');
    const name = library === 'torch' ? 'cls_token' : '8';
    expect(left(from(configOf('sl'), { ...theirs, [name]: filled([5, 7], 0) }))).toMatchObject({
      missing: [],
      misshapen: [expect.stringMatching(new RegExp(`^${name} \\(model: expected .*, got .5, 7.`))],
    });
  });
});
