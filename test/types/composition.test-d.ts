import type * as tf from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  Axes,
  Context,
  Features,
  Hosts,
  HostTensor,
  Images,
  InputOf,
  Layer,
  Logits,
  NoParams,
  OutputOf,
  ParamsOf,
  Same,
  Tensor,
  Tokens,
  Vectors,
} from '../../src/core/index.js';
import {
  add,
  concatenate,
  evaluation,
  fanOut,
  identity,
  key,
  named,
  repeat,
  residual,
  serial,
  training,
} from '../../src/core/index.js';
import {
  classifier,
  classPool,
  dropout,
  gelu,
  type LinearParams,
  layerNorm,
  linear,
  localityAttention,
  type MlpParams,
  meanPool,
  mlp,
  patchTokens,
  positionEmbedding,
  selfAttention,
  shiftedPatchTokens,
} from '../../src/layers/index.js';

const block = serial(
  named('attention', residual(serial(named('norm', layerNorm()), localityAttention({ heads: 2, headDim: 8 })))),
  named('mlp', residual(serial(named('norm', layerNorm()), named('layers', mlp([32, 16]))))),
);
const model = serial(
  named('tokens', shiftedPatchTokens({ patch: 4, dim: 16 })),
  named('position', positionEmbedding()),
  named('blocks', repeat(4, block)),
  named('norm', layerNorm()),
  meanPool,
  named('classifier', classifier(10)),
);
type Params = ParamsOf<typeof model>;

describe('parameters are inferred', () => {
  test('down to each leaf', () => {
    expectTypeOf<Params['blocks'][3]['attention']['temperature']>().toEqualTypeOf<Tensor<[]>>();
    expectTypeOf<Params['blocks'][3]['attention']['query']['weight']>().toEqualTypeOf<Tensor<['in', 'out']>>();
    expectTypeOf<Params['blocks'][3]['mlp']['layers'][0]['dense']['bias']>().toEqualTypeOf<Tensor<['out']>>();
    expectTypeOf<Params['position']['table']>().toEqualTypeOf<Tensor<['token', 'feature']>>();
    expectTypeOf<Params['tokens']['projection']>().toEqualTypeOf<LinearParams>();
    expectTypeOf<keyof Params>().toEqualTypeOf<'tokens' | 'position' | 'blocks' | 'norm' | 'classifier'>();
  });

  test('the host copy has the same structure', () => {
    expectTypeOf<Hosts<Params>['blocks'][3]['attention']['temperature']>().toEqualTypeOf<HostTensor>();
  });

  test('the type shows how a temperature is stored', () => {
    const perHead = localityAttention({ heads: 2, headDim: 8, temperature: 'temperature-per-head' });
    expectTypeOf<ParamsOf<typeof perHead>['temperature']>().toEqualTypeOf<Tensor<['head']>>();
    const scale = localityAttention({ heads: 2, headDim: 8, temperature: 'scale-per-head' });
    expectTypeOf<ParamsOf<typeof scale>['scale']>().toEqualTypeOf<Tensor<['head']>>();
    expectTypeOf<'temperature' extends keyof ParamsOf<typeof scale> ? true : false>().toEqualTypeOf<false>();
    const fixed = localityAttention({ heads: 2, headDim: 8, temperature: 'fixed' });
    expectTypeOf<keyof ParamsOf<typeof fixed>>().toEqualTypeOf<'query' | 'key' | 'value' | 'output'>();
    const plain = selfAttention({ heads: 2, headDim: 8, bias: false });
    expectTypeOf<keyof ParamsOf<typeof plain>['query']>().toEqualTypeOf<'weight'>();
    expectTypeOf<keyof ParamsOf<typeof plain>['output']>().toEqualTypeOf<'weight' | 'bias'>();
  });

  test('a layer without parameters adds no name', () => {
    const layers = serial(named('drop', dropout(0.1)), gelu, named('inner', linear(4)));
    expectTypeOf<keyof ParamsOf<typeof layers>>().toEqualTypeOf<'inner'>();
    expectTypeOf<ParamsOf<typeof gelu>>().toEqualTypeOf<NoParams>();
  });

  test('every branch is readonly', () => {
    type Writable<T> = { -readonly [K in keyof T]: T[K] };
    expectTypeOf<Params>().not.toEqualTypeOf<Writable<Params>>();
    expectTypeOf<Params['norm']>().not.toEqualTypeOf<Writable<Params['norm']>>();
    expectTypeOf<Params['blocks']>().toExtend<readonly unknown[]>();
    expectTypeOf<Params['blocks']>().not.toExtend<unknown[]>();
  });
});

describe('axes are checked', () => {
  test('a model goes from images to logits', () => {
    expectTypeOf<InputOf<typeof model>>().toEqualTypeOf<Images>();
    expectTypeOf<OutputOf<typeof model>>().toEqualTypeOf<Logits>();
    expectTypeOf(model).toExtend<Layer<Params, Images, Logits>>();
  });

  test('a layer for any axes accepts any axes', () => {
    expectTypeOf<InputOf<typeof identity>>().toEqualTypeOf<Axes>();
    expectTypeOf<OutputOf<typeof identity>>().toEqualTypeOf<Same>();
    const both = serial(gelu, identity);
    expectTypeOf<InputOf<typeof both>>().toEqualTypeOf<Axes>();
    expectTypeOf<OutputOf<typeof both>>().toEqualTypeOf<Same>();
  });

  test('leading axes stay generic through layers that preserve them', () => {
    const ends = serial(named('norm', layerNorm()), gelu, named('inner', linear(4)));
    expectTypeOf<InputOf<typeof ends>>().toEqualTypeOf<Features>();
    expectTypeOf<OutputOf<typeof ends>>().toEqualTypeOf<Same>();
  });

  test('a stricter layer narrows what the chain accepts', () => {
    const tokens = serial(named('norm', layerNorm()), named('position', positionEmbedding()), gelu);
    expectTypeOf<InputOf<typeof tokens>>().toEqualTypeOf<Tokens>();
    expectTypeOf<OutputOf<typeof tokens>>().toEqualTypeOf<Same>();
    const pooled = serial(named('norm', layerNorm()), classPool, named('last', linear(3)));
    expectTypeOf<InputOf<typeof pooled>>().toEqualTypeOf<Tokens>();
    expectTypeOf<OutputOf<typeof pooled>>().toEqualTypeOf<Vectors>();
  });

  test('a linear layer preserves the leading axes of its input', () => {
    const layer = linear(4);
    const apply = (t: Tensor<Tokens>, v: Tensor<Vectors>, p: LinearParams, c: Context) =>
      [layer.apply(p, t, c), layer.apply(p, v, c)] as const;
    expectTypeOf<ReturnType<typeof apply>>().toEqualTypeOf<readonly [Tensor<Tokens>, Tensor<Vectors>]>();
  });

  test('residual and repeat preserve the axes of their layer', () => {
    expectTypeOf<InputOf<typeof block>>().toEqualTypeOf<Tokens>();
    expectTypeOf<OutputOf<typeof block>>().toEqualTypeOf<Same>();
    const many = repeat(2, block);
    expectTypeOf<InputOf<typeof many>>().toEqualTypeOf<Tokens>();
    expectTypeOf<ParamsOf<typeof many>>().toEqualTypeOf<readonly ParamsOf<typeof block>[]>();
  });

  test('a fan-out accepts what all its parts accept', () => {
    const both = fanOut(concatenate, named('a', linear(4)), gelu, named('position', positionEmbedding()));
    expectTypeOf<InputOf<typeof both>>().toEqualTypeOf<Tokens>();
    expectTypeOf<OutputOf<typeof both>>().toEqualTypeOf<Same>();
    expectTypeOf<keyof ParamsOf<typeof both>>().toEqualTypeOf<'a' | 'position'>();
    const pooled = fanOut(add, named('mean', serial(meanPool, linear(4))), named('first', classPool));
    expectTypeOf<InputOf<typeof pooled>>().toEqualTypeOf<Tokens>();
    expectTypeOf<OutputOf<typeof pooled>>().toEqualTypeOf<Vectors>();
    const open = fanOut(add, identity, gelu);
    expectTypeOf<InputOf<typeof open>>().toEqualTypeOf<Axes>();
    const list = fanOut(add, identity, mlp([8, 4]));
    expectTypeOf<ParamsOf<typeof list>>().toEqualTypeOf<MlpParams>();
    const after = serial(gelu, mlp([8, 4]));
    expectTypeOf<ParamsOf<typeof after>>().toEqualTypeOf<MlpParams>();
  });

  test('a layer with explicit axes composes with one that preserves axes', () => {
    const strict: Layer<NoParams, Tokens, Tokens> = identity as never;
    const skip = fanOut(add, identity, strict);
    expectTypeOf<InputOf<typeof skip>>().toEqualTypeOf<Tokens>();
  });

  test('twelve parts', () => {
    const twelve = serial(
      named('a', patchTokens({ patch: 4, dim: 8 })),
      named('b', positionEmbedding()),
      named('c', linear(8)),
      named('d', layerNorm()),
      named('e', block),
      named('f', repeat(2, block)),
      named('g', linear(8)),
      named('h', layerNorm()),
      named('i', gelu),
      named('j', meanPool),
      named('k', linear(8)),
      named('l', classifier(2)),
    );
    expectTypeOf<InputOf<typeof twelve>>().toEqualTypeOf<Images>();
    expectTypeOf<OutputOf<typeof twelve>>().toEqualTypeOf<Logits>();
    expectTypeOf<keyof ParamsOf<typeof twelve>>().toEqualTypeOf<
      'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'k' | 'l'
    >();
    expectTypeOf<ParamsOf<typeof twelve>['f'][1]['attention']['temperature']>().toEqualTypeOf<Tensor<[]>>();
  });

  test('grouping changes no type', () => {
    const [a, b, c] = [named('a', patchTokens({ patch: 4, dim: 8 })), meanPool, named('c', classifier(3))] as const;
    const flat = serial(a, b, c);
    const left = serial(serial(a, b), c);
    const right = serial(a, serial(b, c));
    expectTypeOf<ParamsOf<typeof left>>().toEqualTypeOf<ParamsOf<typeof flat>>();
    expectTypeOf<ParamsOf<typeof right>>().toEqualTypeOf<ParamsOf<typeof flat>>();
    expectTypeOf<[InputOf<typeof left>, OutputOf<typeof left>]>().toEqualTypeOf<[Images, Logits]>();
    expectTypeOf<[InputOf<typeof right>, OutputOf<typeof right>]>().toEqualTypeOf<[Images, Logits]>();
  });
});

describe('tensors and contexts', () => {
  test('a plain tensor is assignable to a tensor with axes; two with different axes are not assignable', () => {
    expectTypeOf<tf.Tensor>().toExtend<Tensor<Tokens>>();
    expectTypeOf<Tensor<Vectors>>().not.toExtend<Tensor<Tokens>>();
    expectTypeOf<Tensor<Tokens>>().toExtend<tf.Tensor>();
  });

  test('training has a key, evaluation has none', () => {
    expectTypeOf(training(key(1))).toExtend<Context>();
    expectTypeOf(evaluation).toExtend<Context>();
    expectTypeOf<{ readonly mode: 'train'; readonly path: readonly string[] }>().not.toExtend<Context>();
    expectTypeOf<{ readonly mode: 'eval'; readonly path: readonly string[] }>().toExtend<Context>();
  });
});
