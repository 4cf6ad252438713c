import '../support/tfjs.js';
import { mean, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { evaluation } from '../../src/core/context.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { declareVit, type VitParams, vit } from '../../src/models/vit/vit.js';
import { crossEntropy } from '../../src/train/loss.js';
import { expectAgreement, largest, type Pair } from './agreement.js';
import { asParams, fixture, toTensor, within } from './fixture.js';
import { inSmall, presets, smoothings } from './models.js';

describe.each(['keras2', 'keras3', 'torch'] as const)('whole models of %s', (library) => {
  const { tensors, about, source } = fixture(`${library}-models`);

  it.each(['vanilla', 'sl'] as const)('%s: logits, loss and all gradients', (name) => {
    const config = inSmall(presets[library][name], about('config'));
    const model = vit(config);
    const golden = within(tensors, name);
    const params = asParams(orThrow(declareVit(config)), within(golden, 'params'));
    tidy(() => {
      const labels = toTensor(tensors.labels!);
      const { loss, aux, gradients } = valueAndGrad(
        (given: { readonly params: VitParams; readonly images: Tensor }) => {
          const logits = model.apply(given.params, given.images, evaluation);
          return { loss: mean(crossEntropy(logits, labels, smoothings[library])), aux: logits };
        },
      )({ params: map(toTensor)(params) as VitParams, images: toTensor(tensors.images!) });
      const read = (ours: Tensor) => ({ shape: ours.shape, data: ours.dataSync() });
      const ours = entries<Tensor>(gradients.params).map(([path, leaf]) => [showPath(path), leaf] as const);
      const greatest = Math.max(...ours.map(([path]) => largest(golden[`gradients/${path}`]!.data)));
      expectAgreement({ what: `whole model, ${name}`, against: source, tolerance: 5e-6 }, [
        ['logits', read(aux), golden.logits!],
        ['loss', read(loss), golden.loss!],
        ['input-gradient', read(gradients.images), golden['input-gradient']!],
        ...ours.map(([path, leaf]): Pair => {
          const pair = [`gradients/${path}`, read(leaf), golden[`gradients/${path}`]!] as const;
          // Zero in exact arithmetic, see layers.test.ts.
          return path.endsWith('key/bias') ? [...pair, greatest] : pair;
        }),
      ]);
    });
  });
});
