import type { Shape } from '../../src/core/axes.js';
import { imageShape, shape } from '../../src/core/axes.js';
import { concatenate, fanOut, residual } from '../../src/core/fan-out.js';
import { identity } from '../../src/core/identity.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { repeat } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import {
  classifier,
  classPool,
  classToken,
  dense,
  dropout,
  dropPath,
  flatten,
  gelu,
  layerNorm,
  linear,
  localityAttention,
  meanPool,
  mlp,
  patches,
  patchTokens,
  positionEmbedding,
  selfAttention,
  shiftedPatchTokens,
  shiftedViews,
  shifts,
} from '../../src/layers/index.js';

const tokens = shape(['batch', 'token', 'feature'], [2, 5, 6]);
const vectors = shape(['batch', 'feature'], [3, 6]);
const images = imageShape({ rows: 8, columns: 8, channels: 2 }, 2);
const heads = { heads: 2, headDim: 3 };

/** Every layer and combinator, with an input that suits it: each law loops over this table. */
export const layerTable: readonly (readonly [name: string, layer: AnyLayer, input: Shape])[] = [
  ['identity', identity, tokens],
  ['dense on tokens', dense(4), tokens],
  ['dense on vectors', dense(4), vectors],
  ['linear', linear(4), tokens],
  ['layerNorm', layerNorm(), tokens],
  ['layerNorm on vectors', layerNorm({ epsilon: 1e-3 }), vectors],
  ['gelu', gelu, tokens],
  ['dropout', dropout(0.25), tokens],
  ['dropPath', dropPath(0.25), tokens],
  ['mlp', mlp([7, 6], { dropRate: 0.1, activateLast: true }), tokens],
  ['mlp with a linear end', mlp([7, 6]), tokens],
  ['patches', patches(4), images],
  ['patchTokens', patchTokens({ patch: 4, dim: 5 }), images],
  ['shiftedViews', shiftedViews(shifts('all', 'official'), 2), images],
  ['shiftedPatchTokens', shiftedPatchTokens({ patch: 4, dim: 5 }), images],
  [
    'shiftedPatchTokens, official, cardinal',
    shiftedPatchTokens({ patch: 4, dim: 5, directions: 'cardinal', order: 'official', ratio: 0.25 }),
    images,
  ],
  ['positionEmbedding', positionEmbedding(), tokens],
  ['classToken', classToken(), tokens],
  ['selfAttention', selfAttention({ ...heads, dropRate: 0.2 }), tokens],
  ['selfAttention without bias', selfAttention({ ...heads, bias: false }), tokens],
  ['localityAttention, per layer', localityAttention({ ...heads, dropRate: 0.2 }), tokens],
  ['localityAttention, per head', localityAttention({ ...heads, temperature: 'temperature-per-head' }), tokens],
  ['localityAttention, scale', localityAttention({ ...heads, bias: false, temperature: 'scale-per-head' }), tokens],
  ['localityAttention, fixed', localityAttention({ ...heads, temperature: 'fixed' }), tokens],
  ['localityAttention, no mask', localityAttention({ ...heads, maskDiagonal: false }), tokens],
  ['flatten', flatten, tokens],
  ['meanPool', meanPool, tokens],
  ['classPool', classPool, tokens],
  ['classifier', classifier(4), vectors],
  ['serial', serial(named('up', dense(7)), gelu, named('down', dense(6))), tokens],
  ['residual', residual(serial(named('norm', layerNorm()), named('inner', dense(6)))), tokens],
  ['fanOut', fanOut(concatenate, named('a', dense(3)), named('b', dense(2))), tokens],
  [
    'repeat',
    repeat(3, serial(named('norm', layerNorm()), named('drop', dropout(0.2)), named('inner', dense(6)))),
    tokens,
  ],
];
