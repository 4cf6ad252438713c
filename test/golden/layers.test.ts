import '../support/tfjs.js';
import { mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type Images, type Same, type Shape, shape } from '../../src/core/axes.js';
import { evaluation } from '../../src/core/context.js';
import { declare } from '../../src/core/declaration.js';
import type { AnyLayer, Layer, NoParams } from '../../src/core/layer.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map, showPath } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import {
  averagePool,
  conv,
  convTokens,
  depthwiseConv,
  gatherTokens,
  gelu,
  layerNorm,
  linear,
  localityAttention,
  maxPool,
  mlp,
  patchTokens,
  positionEmbedding,
  resize,
  rollTokens,
  type Shift,
  selfAttention,
  sequencePool,
  shiftedPatchTokens,
  shiftedViews,
  shiftImages,
  shifts,
} from '../../src/layers/index.js';
import { expectAgreement, largest, type Pair } from './agreement.js';
import { asParams, fixture, type Named, toTensor, within } from './fixture.js';

const moved = ({ down, right }: Shift, pixels: number): Layer<NoParams, Images, Same> => ({
  init: (input) => E.right(declare({}, input)),
  apply: (_, images) => shiftImages(images, down * pixels, right * pixels) as Tensor,
});

const keras: Readonly<Record<string, AnyLayer>> = {
  dense: linear(7),
  'layer-norm': layerNorm(),
  gelu,
  mlp: mlp([16, 8], { activateLast: true }),
  'patch-encoder': positionEmbedding(),
  attention: selfAttention({ heads: 2, headDim: 6 }),
  'locality-attention': localityAttention({ heads: 2, headDim: 6 }),
  'patch-tokens': patchTokens({ patch: 4, dim: 8 }),
  'shifted-patch-tokens': shiftedPatchTokens({ patch: 4, dim: 8 }),
  ...Object.fromEntries(shifts('diagonal', 'keras').map((shift) => [`shift-${shift.name}`, moved(shift, 2)])),
};

const official: Readonly<Record<string, AnyLayer>> = {
  dense: linear(7),
  'layer-norm': layerNorm({ epsilon: 1e-5 }),
  gelu,
  mlp: mlp([16, 8]),
  attention: selfAttention({ heads: 2, headDim: 6, bias: false }),
  'locality-attention': localityAttention({ heads: 2, headDim: 6, bias: false, temperature: 'scale-per-head' }),
  'patch-tokens': patchTokens({ patch: 4, dim: 12 }),
  'shifted-patch-tokens': shiftedPatchTokens({ patch: 4, dim: 12, order: 'official', epsilon: 1e-5 }),
  'shifts-diagonal': shiftedViews(shifts('diagonal', 'official'), 2),
  'shifts-cardinal': shiftedViews(shifts('cardinal', 'official'), 2),
  'shifts-all': shiftedViews(shifts('all', 'official'), 2),
};

const convolutional: Readonly<Record<string, AnyLayer>> = {
  conv: conv(4, { size: 3, stride: 2, padding: 1 }),
  'conv-without-bias': conv(4, { size: 3, padding: 1, bias: false }),
  'depthwise-conv': depthwiseConv({ size: 3, padding: 1 }),
  'max-pool': maxPool({ size: 3, stride: 2, padding: 1 }),
  'average-pool': averagePool({ size: 3, stride: 2, padding: 1 }),
  'resize-bilinear': resize({ height: 5, width: 20 }),
  'resize-nearest': resize({ height: 5, width: 20, method: 'nearest' }),
  'conv-tokens': convTokens({ dim: 5, layers: 2 }),
  'sequence-pool': sequencePool(),
  'gather-tokens': gatherTokens([3, 0, 3]),
  'roll-tokens': rollTokens(2),
};

const axes = [
  ['batch', 'feature'],
  ['batch', 'token', 'feature'],
  ['batch', 'row', 'column', 'channel'],
] as const;
const shapeOf = (sizes: readonly number[]): Shape =>
  shape(axes[sizes.length - 2]! as readonly string[], sizes as never);

/** Output and gradients of <output, cotangent>, ours and theirs. */
const compare = (layer: AnyLayer, golden: Named): readonly Pair[] => {
  const input = golden.input!;
  const params = asParams(orThrow(layer.init(shapeOf(input.shape))), within(golden, 'params'));
  const read = (ours: Tensor) => ({ shape: ours.shape, data: ours.dataSync() });
  return tidy(() => {
    const { aux, gradients } = valueAndGrad((given: { readonly params: unknown; readonly x: Tensor }) => {
      const output: Tensor = layer.apply(given.params, given.x, evaluation);
      return { loss: sum(mul(output, toTensor(golden.cotangent!))), aux: output };
    })({ params: map(toTensor)(params), x: toTensor(input) });
    const ours = entries<Tensor>(gradients.params).map(([path, gradient]) => [showPath(path), gradient] as const);
    const greatest = Math.max(...ours.map(([name]) => largest(golden[`gradients/${name}`]!.data)));
    return [
      ['output', read(aux), golden.output!] as const,
      ['input-gradient', read(gradients.x), golden['input-gradient']!] as const,
      ...ours.map(([name, gradient]): Pair => {
        const pair = [`gradients/${name}`, read(gradient), golden[`gradients/${name}`]!] as const;
        // Zero in exact arithmetic, since softmax ignores what is added to a whole row: only rounding remains.
        return name === 'key/bias' || name === 'score/bias' ? [...pair, greatest] : pair;
      }),
    ] as never;
  });
};

// A shift only copies values. PyTorch computes where to interpolate in single precision.
const toleranceOf = (layer: string): number =>
  layer.startsWith('shift-') ? 0 : layer === 'resize-bilinear' ? 3e-6 : 1e-6;

describe.each([
  ['keras2-layers', keras],
  ['keras3-layers', keras],
  ['torch-layers', official],
  ['cct-layers', convolutional],
] as const)('%s', (name, layers) => {
  const { tensors, source } = fixture(name);

  it('has a layer for every case', () => {
    const cases = new Set(Object.keys(tensors).map((key) => key.split('/')[0]!));
    expect([...cases].sort()).toEqual(Object.keys(layers).sort());
  });

  it.each(Object.keys(layers))('%s: output and gradients', (layer) => {
    expectAgreement(
      { what: layer.replace(/^shift-.*/, 'one shift'), against: source, tolerance: toleranceOf(layer) },
      compare(layers[layer]!, within(tensors, layer)),
    );
  });
});
