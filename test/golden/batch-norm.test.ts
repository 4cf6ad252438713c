/** Batch normalization over three batches of training and one of evaluation, compared with PyTorch. */
import '../support/tfjs.js';
import { mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { evaluation, training } from '../../src/core/context.js';
import { float32, type HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { collectUpdates } from '../../src/core/state.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { batchNorm } from '../../src/layers/index.js';
import { expectAgreement, type Pair } from './agreement.js';
import { fixture, toTensor } from './fixture.js';

it('outputs, gradients and running statistics', () => {
  const { tensors, about, source } = fixture('batch-norm');
  const [epsilon, momentum] = about('options') as [number, number];
  const layer = batchNorm({ epsilon, momentum });
  const { batches, cotangent, scale, offset } = tensors as Readonly<Record<string, HostTensor>>;
  const [count = 0, ...shape] = batches!.shape;
  const size = batches!.data.length / count;
  const read = (tensor: Tensor) => ({ shape: tensor.shape, data: tensor.dataSync() });
  tidy(() => {
    let state = { mean: toTensor(float32([3], [0, 0, 0])), variance: toTensor(float32([3], [1, 1, 1])) };
    const pairs: Pair[] = [];
    for (let i = 0; i < count; i++) {
      const batch = float32(shape, Array.from(batches!.data.slice(i * size, (i + 1) * size)));
      const all = { params: { scale: toTensor(scale!), offset: toTensor(offset!), ...state }, x: toTensor(batch) };
      const updates = collectUpdates(all.params);
      const { aux, gradients } = valueAndGrad(({ params, x }: typeof all) => {
        const context = i < count - 1 ? { ...training(key(1)), update: updates.receive } : evaluation;
        const output: Tensor = layer.apply(params, x, context);
        return { loss: sum(mul(output, toTensor(cotangent!))), aux: { output, updates: updates.byPosition() } };
      })(all);
      state = { mean: aux.updates[2] ?? state.mean, variance: aux.updates[3] ?? state.variance };
      const ours = {
        output: aux.output,
        mean: state.mean,
        variance: state.variance,
        'gradients/x': gradients.x,
        'gradients/scale': gradients.params.scale,
        'gradients/offset': gradients.params.offset,
      };
      for (const [name, tensor] of Object.entries(ours))
        pairs.push([`${i}/${name}`, read(tensor), tensors[`${i}/${name}`]!]);
    }
    expect(pairs).toHaveLength(6 * 4);
    expectAgreement({ what: 'batch-norm, three batches and evaluation', against: source, tolerance: 2e-6 }, pairs);
  });
});
