/** Compact convolutional transformers, compared with the authors' code. */
import '../support/tfjs.js';
import { mean, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import { filled } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import {
  type CctConfig,
  type CctParams,
  cct,
  cct2Models,
  declareCct,
  fromCompactTransformers,
  toCompactTransformers,
} from '../../src/models/index.js';
import { crossEntropy } from '../../src/train/objectives/cross-entropy.js';
import { restore } from '../../src/train/restore.js';
import { left } from '../core/harness.js';
import { expectAgreement, largest, type Pair } from './agreement.js';
import { asParams, fixture, toTensor, within } from './fixture.js';

interface Sizes {
  readonly size: number;
  readonly layers: number;
  readonly hidden: number;
}

/** A preset at the sizes of a fixture, without dropout. */
const inSmall = (preset: CctConfig, sizes: unknown): CctConfig => {
  const { size, layers, hidden, ...rest } = sizes as Sizes;
  return {
    ...preset,
    ...rest,
    image: { height: size, width: size, channels: 3 },
    convolutions: { ...preset.convolutions, layers, hidden },
    dropRates: { attention: 0, tokens: 0, path: 0 },
  };
};

const read = (ours: Tensor) => ({ shape: ours.shape, data: ours.dataSync() });

describe('whole models', () => {
  const { tensors, about, source } = fixture('cct-models');

  it.each(['vanilla', 'sl'] as const)('%s: logits, loss and all gradients', (name) => {
    const config = inSmall(cct2Models[name], about('config'));
    const model = cct(config);
    const golden = within(tensors, name);
    const params = asParams(orThrow(declareCct(config)), within(golden, 'params'));
    tidy(() => {
      const labels = toTensor(tensors.labels!);
      const { loss, aux, gradients } = valueAndGrad(
        (given: { readonly params: CctParams; readonly images: Tensor }) => {
          const logits = model.apply(given.params, given.images, evaluation);
          return { loss: mean(crossEntropy(logits, labels, { labelSmoothing: 0.1 })), aux: logits };
        },
      )({ params: map(toTensor)(params) as CctParams, images: toTensor(tensors.images!) });
      const ours = entries<Tensor>(gradients.params).map(([path, leaf]) => [showPath(path), leaf] as const);
      const greatest = Math.max(...ours.map(([path]) => largest(golden[`gradients/${path}`]!.data)));
      // The gradients of the scales of attention are sums of terms that nearly cancel.
      expectAgreement({ what: `CCT, ${name}`, against: source, tolerance: 2e-5 }, [
        ['logits', read(aux), golden.logits!],
        ['loss', read(loss), golden.loss!],
        ['input-gradient', read(gradients.images), golden['input-gradient']!],
        ...ours.map(([path, leaf]): Pair => {
          const pair = [`gradients/${path}`, read(leaf), golden[`gradients/${path}`]!] as const;
          // Zero in exact arithmetic, see layers.test.ts.
          return path.endsWith('score/bias') ? [...pair, greatest] : pair;
        }),
      ]);
    });
  });
});

describe('weights by their own names', () => {
  const { tensors, about, source } = fixture('cct-weights');
  const config = inSmall(cct2Models.vanilla, about('config'));
  const theirs = within(tensors, 'weights');

  it('give the same logits here, and are exported unchanged', () => {
    const ours = orThrow(fromCompactTransformers(config, theirs));
    const params = orThrow(restore(orThrow(declareCct(config)), ours));
    tidy(() => {
      const logits = cct(config).apply(map(toTensor)(params) as CctParams, toTensor(tensors.images!), evaluation);
      expectAgreement({ what: 'weights by their own names, CCT', against: source, tolerance: 5e-6 }, [
        ['logits', read(logits), tensors.logits!],
      ]);
    });
    expect(orThrow(toCompactTransformers(config, ours))).toEqual(theirs);
  });

  it('are rejected with their names', () => {
    const { 'classifier.fc.bias': _, ...rest } = theirs;
    expect(left(fromCompactTransformers(config, { ...rest, surplus: filled([1], 0) }))).toMatchObject({
      missing: ['classifier.fc.bias'],
      extra: ['surplus'],
    });
    const position = { 'classifier.positional_emb': filled([1, 8, 12], 0) };
    expect(left(fromCompactTransformers(config, { ...theirs, ...position })).message).toMatch(
      'classifier.positional_emb',
    );
  });

  it('are rejected for an architecture that the authors do not have', () => {
    const sl = { ...config, attention: cct2Models.sl.attention };
    expect(left(fromCompactTransformers(sl, theirs))).toMatchObject({ _tag: 'ConfigError', field: 'attention.kind' });
    expect(left(toCompactTransformers({ ...config, headDim: 5 }, {}))).toMatchObject({ field: 'headDim' });
  });
});
