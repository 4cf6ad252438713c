import type { Shape } from '../../src/core/axes.js';
import { imageShape, shape } from '../../src/core/axes.js';
import { concatenate, fanOut, residual } from '../../src/core/fan-out.js';
import { identity } from '../../src/core/identity.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { repeat } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import {
  averagePool,
  classifier,
  classPool,
  classToken,
  conv,
  convTokens,
  depthwiseConv,
  dropout,
  dropPath,
  flatten,
  gatherTokens,
  gelu,
  imagesToTokens,
  layerNorm,
  layerScale,
  linear,
  localityAttention,
  maxPool,
  meanPool,
  mlp,
  patches,
  patchTokens,
  positionEmbedding,
  relu,
  resize,
  rollTokens,
  selfAttention,
  sequencePool,
  shiftedPatchTokens,
  shiftedViews,
  shifts,
  sigmoid,
  silu,
  softplus,
  tanh,
  tokensToImages,
} from '../../src/layers/index.js';
import { type Reference, references } from './layer-references.js';

const tokens = shape(['batch', 'token', 'feature'], [2, 5, 6]);
const vectors = shape(['batch', 'feature'], [3, 6]);
const images = imageShape({ height: 8, width: 8, channels: 2 }, 2);
const heads = { heads: 2, headDim: 3 };

/**
 * Every layer and combinator, with a suitable input and a reference in double precision. Each law loops over this table.
 */
export const layerTable: readonly (readonly [name: string, layer: AnyLayer, input: Shape, reference: Reference])[] = [
  ['identity', identity, tokens, references.same],
  ['dense on tokens', linear(4), tokens, references.dense],
  ['dense on vectors', linear(4), vectors, references.denseOnVectors],
  ['linear', linear(4, { bias: false }), tokens, references.dense],
  ['layerNorm', layerNorm(), tokens, references.layerNorm],
  ['layerNorm on vectors', layerNorm({ epsilon: 1e-3 }), vectors, references.layerNormOnVectors],
  ['gelu', gelu, tokens, references.gelu],
  ['relu', relu, tokens, references.relu],
  ['silu', silu, tokens, references.silu],
  ['sigmoid', sigmoid, tokens, references.sigmoid],
  ['softplus', softplus, tokens, references.softplus],
  ['tanh', tanh, tokens, references.tanh],
  ['conv', conv(3, { size: 3, stride: 2 }), images, references.conv],
  ['conv with padding of 1', conv(3, { size: 3, padding: 1 }), images, references.convPadded],
  ['depthwiseConv', depthwiseConv({ size: 3 }), images, references.depthwiseConv],
  ['maxPool', maxPool({ size: 3, stride: 2, padding: 1 }), images, references.maxPool],
  ['averagePool', averagePool({ size: 3, stride: 2 }), images, references.averagePool],
  ['conv without bias', conv(3, { size: 3, padding: 1, bias: false }), images, references.convPadded],
  ['depthwiseConv without bias', depthwiseConv({ size: 3, bias: false }), images, references.depthwiseConv],
  ['convTokens', convTokens({ dim: 4, layers: 2, hidden: 3 }), images, references.convTokens],
  ['resize', resize({ height: 5, width: 12 }), images, references.resizeBilinear],
  ['resize, nearest', resize({ height: 5, width: 12, method: 'nearest' }), images, references.resizeNearest],
  ['imagesToTokens', imagesToTokens, images, references.imagesToTokens],
  ['tokensToImages', tokensToImages(5), tokens, references.tokensToImages],
  ['gatherTokens', gatherTokens([3, 0, 3]), tokens, references.gatherTokens],
  ['rollTokens', rollTokens(-7), tokens, references.rollTokens],
  ['layerScale', layerScale(0.1), tokens, references.layerScale],
  ['dropout', dropout(0.25), tokens, references.same],
  ['dropPath', dropPath(0.25), tokens, references.same],
  ['mlp', mlp([7, 6], { dropRate: 0.1, activateLast: true }), tokens, references.mlp(true)],
  ['mlp with a linear end', mlp([7, 6]), tokens, references.mlp(false)],
  ['patches', patches(4), images, references.patches],
  ['patchTokens', patchTokens({ patch: 4, dim: 5 }), images, references.patchTokens],
  ['shiftedViews', shiftedViews(shifts('all', 'official'), 2), images, references.shiftedViews],
  ['shiftedPatchTokens', shiftedPatchTokens({ patch: 4, dim: 5 }), images, references.shiftedPatchTokens],
  [
    'shiftedPatchTokens, official, cardinal',
    shiftedPatchTokens({ patch: 4, dim: 5, directions: 'cardinal', order: 'official', ratio: 0.25 }),
    images,
    references.cardinalPatchTokens,
  ],
  ['positionEmbedding', positionEmbedding(), tokens, references.position],
  ['classToken', classToken(), tokens, references.classToken],
  ['selfAttention', selfAttention({ ...heads, dropRate: 0.2 }), tokens, references.selfAttention],
  ['selfAttention without bias', selfAttention({ ...heads, bias: false }), tokens, references.selfAttention],
  ['localityAttention, per layer', localityAttention({ ...heads, dropRate: 0.2 }), tokens, references.perLayer],
  [
    'localityAttention, per head',
    localityAttention({ ...heads, temperature: 'temperature-per-head' }),
    tokens,
    references.perHead,
  ],
  [
    'localityAttention, scale',
    localityAttention({ ...heads, bias: false, temperature: 'scale-per-head' }),
    tokens,
    references.scalePerHead,
  ],
  ['localityAttention, fixed', localityAttention({ ...heads, temperature: 'fixed' }), tokens, references.fixed],
  ['localityAttention, no mask', localityAttention({ ...heads, maskDiagonal: false }), tokens, references.noMask],
  ['flatten', flatten, tokens, references.flatten],
  ['meanPool', meanPool, tokens, references.meanPool],
  ['classPool', classPool, tokens, references.classPool],
  ['sequencePool', sequencePool(), tokens, references.sequencePool],
  ['classifier', classifier(4), vectors, references.denseOnVectors],
  ['serial', serial(named('up', linear(7)), gelu, named('down', linear(6))), tokens, references.serial],
  ['residual', residual(serial(named('norm', layerNorm()), named('inner', linear(6)))), tokens, references.residual],
  ['fanOut', fanOut(concatenate, named('a', linear(3)), named('b', linear(2))), tokens, references.fanOut],
  [
    'repeat',
    repeat(3, serial(named('norm', layerNorm()), named('drop', dropout(0.2)), named('inner', linear(6)))),
    tokens,
    references.repeat,
  ],
];
