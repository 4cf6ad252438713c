import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type Axes, type Same, shape, type Tensor } from '../../src/core/axes.js';
import { evaluation, training } from '../../src/core/context.js';
import { declare, parameter, type Specs } from '../../src/core/declaration.js';
import { add, concatenate, fanOut, residual } from '../../src/core/fan-out.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { identity } from '../../src/core/identity.js';
import { constant, ones } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer, Layer, ParamsOf } from '../../src/core/layer.js';
import { mapParams } from '../../src/core/map-params.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { repeat, sequence } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import { map } from '../../src/core/tree.js';
import { valueAndGrad } from '../../src/core/value-and-grad.js';
import { dropout, gelu, type LinearParams, layerNorm, linear } from '../../src/layers/index.js';
import { asData, bits, build, byPath, expectClose, left, noise, tensorOf, untyped } from './harness.js';

const input = shape(['batch', 'token', 'feature'], [2, 3, 4]);
const x = tensorOf(noise(9, input.sizes));
const context = training(key(3));
const run = (layer: AnyLayer) => bits(layer.apply(build(layer, input).params, x, context));

const block = serial(named('norm', layerNorm()), named('inner', linear(4)), named('drop', dropout(0.4)));

describe('repeat and sequence', () => {
  test.each([1e6, 1e9])('%i layers are refused at once', (n) => {
    const error = left(repeat(n, block).init(input));
    expect(error.message).toBe(`model: expected 0 to 10000 layers one after the other, got ${n}`);
  });

  test('repeat(n, f) = sequence([f, …, f])', () => {
    const [one, other] = [repeat(3, block), sequence([block, block, block])];
    expect(asData(build(one, input).declaration)).toEqual(asData(build(other, input).declaration));
    expect(run(one)).toEqual(run(other));
  });

  test('sequence([f, g]) computes what the chain of f and g named 0 and 1 computes: parameters, keys and bits', () => {
    const f = serial(named('wide', linear(4)), named('drop', dropout(0.3)));
    const both = untyped(sequence)([f, block] as never);
    const chained = untyped(serial)(named('0', f), named('1', block));
    const [a, b] = [build(both, input), build(chained, input)];
    expect(byPath(a.hosts)).toEqual(byPath(b.hosts));
    expect(a.declaration.draws).toEqual(b.declaration.draws);
    expect(a.declaration.macs).toBe(b.declaration.macs);
    expect(run(both)).toEqual(run(chained));
  });

  test('parameters are an array, and each copy has its own initial values and draws', () => {
    const { hosts, declaration } = build(repeat(3, block), input);
    expect(Array.isArray(hosts)).toBe(true);
    const weights = ['0', '1', '2'].map((i) => byPath(hosts)[`${i}/inner/weight`]);
    expect(weights[0]).not.toEqual(weights[1]);
    expect(declaration.draws).toEqual([
      ['0', 'drop'],
      ['1', 'drop'],
      ['2', 'drop'],
    ]);
  });

  test('without layers, both are the identity', () => {
    const none = repeat(0, block);
    expect(build(none, input).declaration).toMatchObject({ params: [], output: input, macs: 0, draws: [] });
    expect(run(none)).toEqual(bits(x));
  });

  test('the path of an error includes the position', () => {
    const wrong = untyped(sequence)([block, named('inner', linear(-1))] as never);
    expect(left(named('blocks', wrong).init(input)).path).toEqual(['blocks', '1', 'inner']);
  });
});

describe('residual and fanOut', () => {
  test('residual(f)(x) = x + f(x) = fanOut(add, identity, f)(x), with the parameters and keys of f', () => {
    const { params, hosts } = build(block, input);
    const inner = bits(block.apply(params, x, context));
    const sum = bits(x).map((value, i) => Math.fround(value + inner[i]!));
    for (const layer of [residual(block), untyped(fanOut)(add, identity, block)]) {
      expect(build(layer, input).hosts).toEqual(hosts);
      expect(run(layer)).toEqual(sum);
    }
  });

  test('residual of a layer whose parameters are an array has the same array', () => {
    expect(build(residual(repeat(2, block)), input).hosts).toEqual(build(repeat(2, block), input).hosts);
  });

  test('fanOut(add, f, g, h)(x) = f(x) + g(x) + h(x)', () => {
    const all = fanOut(add, identity, gelu, identity);
    const curved = bits(gelu.apply({}, x, context));
    expect(run(all)).toEqual(bits(x).map((value, i) => Math.fround(Math.fround(value + curved[i]!) + value)));
  });

  test('fanOut(concatenate, f, g) puts the features of f before those of g', () => {
    const whole = fanOut(concatenate, named('a', linear(3)), named('b', linear(2)));
    const { declaration, hosts } = build(whole, input);
    const params = map<HostTensor, tf.Tensor>(tensorOf)(hosts) as unknown as {
      readonly a: LinearParams;
      readonly b: LinearParams;
    };
    expect(declaration.output).toEqual(shape(['batch', 'token', 'feature'], [2, 3, 5]));
    expect(declaration.macs).toBe(2 * 3 * 4 * 5);
    const [a, b] = [linear(3).apply(params.a, x, context), linear(2).apply(params.b, x, context)].map(bits);
    const rows = Array.from({ length: 6 }, (_, i) => [...a!.slice(3 * i, 3 * i + 3), ...b!.slice(2 * i, 2 * i + 2)]);
    expect(run(whole)).toEqual(rows.flat());
  });

  test('outputs that cannot be added or concatenated are rejected, with both shapes', () => {
    const narrowed = left(named('skip', residual(named('narrow', linear(3)))).init(input));
    expect(narrowed.path).toEqual(['skip']);
    expect(narrowed.message).toContain('feature 4');
    expect(narrowed.message).toContain('feature 3');
    const shorter: AnyLayer = {
      init: () => E.right(declare({}, shape(['batch', 'token', 'feature'], [2, 2, 4]))),
      apply: (_, value) => tf.slice(value as tf.Tensor, [0, 0, 0], [2, 2, 4]),
    };
    expect(left(fanOut(concatenate, identity, shorter).init(input)).message).toContain('token 2');
    expect(left(untyped(fanOut)(add, named('a', linear(4)), named('a', linear(4))).init(input)).message).toContain(
      "'a'",
    );
    expect(left(untyped(fanOut)(add, dropout(0.1), dropout(0.1)).init(input)).message).toContain('key');
  });
});

describe('names', () => {
  const someNames = ['', '/', 'a/b', 'a/', '__proto__', 'constructor', 'toString'];
  const anyNamed = (name: string, layer: AnyLayer): AnyLayer => named(name, layer);

  test.each(someNames)("'%s' is refused as the name of a part, with the path of what is around it", (name) => {
    const error = left(named('outer', anyNamed(name, linear(2))).init(input));
    expect(error).toMatchObject({ _tag: 'ShapeError', path: ['outer', name], actual: `'${name}'` });
    expect(error.expected).toContain('a name');
    // Also where a part has only draws, which come from the key of its name.
    expect(left(anyNamed(name, dropout(0.5)).init(input))._tag).toBe('ShapeError');
  });

  test.each(someNames)("'%s' is refused as the name of a parameter", (name) => {
    const custom: AnyLayer = {
      init: (shapeOf) => E.right(declare({ deep: { [name]: parameter({ feature: 4 }, ones) } }, shapeOf)),
      apply: (_, value) => value,
    };
    for (const whole of [named('part', custom), untyped(serial)(custom), untyped(residual)(custom)])
      expect(left(whole.init(input))).toMatchObject({ _tag: 'ShapeError', actual: `'${name}'` });
    expect(left(named('part', custom).init(input)).path).toEqual(['part', 'deep']);
  });

  test('a number as a name is refused beside a list, and is a name like any other elsewhere', () => {
    const list = sequence([linear(4)]);
    for (const whole of [untyped(serial)(list, named('0', linear(4))), untyped(serial)(named('7', linear(4)), list)])
      expect(left(whole.init(input))._tag).toBe('ShapeError');
    expect(Object.keys(orThrow(named('0', linear(4)).init(input)).params)).toEqual(['0']);
  });
});

describe('mapParams', () => {
  type Factor = { readonly factor: Tensor<[]> };
  type Named<N extends string> = { readonly [K in N]: Tensor<[]> };
  const scale: Layer<Factor, Axes, Same> = {
    init: (given) => E.right(declare({ factor: parameter({}, constant(3)) }, given)),
    apply: (params, value) => tf.mul(value, params.factor),
  };
  const log = {
    declare: () => ({ log: parameter({}, constant(Math.log(3))) }),
    read: (p: Named<'log'>): Factor => ({ factor: tf.exp(p.log as tf.Tensor) }),
  };
  const half = {
    declare: () => ({ half: parameter({}, constant(Math.log(3) / 2)) }),
    read: (p: Named<'half'>): Named<'log'> => ({ log: tf.mul(p.half as tf.Tensor, 2) }),
  };

  test('mapParams(f, identities) = f', () => {
    const same = mapParams(block, {
      declare: (specs: Specs<ParamsOf<typeof block>>) => specs,
      read: (params: ParamsOf<typeof block>) => params,
    });
    expect(asData(build(same, input).declaration)).toEqual(asData(build(block, input).declaration));
    expect(run(same)).toEqual(run(block));
  });

  test('two mapParams in sequence equal one with the composed functions', () => {
    const twice = mapParams(mapParams(scale, log), half);
    const once = mapParams(scale, { declare: half.declare, read: (p: Named<'half'>) => log.read(half.read(p)) });
    expect(asData(build(twice, input).declaration)).toEqual(asData(build(once, input).declaration));
    expect(run(twice)).toEqual(run(once));
  });

  test('declares and differentiates with respect to the outer parameters', () => {
    const layer = mapParams(scale, log);
    expect(Object.keys(build(layer, input).hosts as object)).toEqual(['log']);
    const params = map(tensorOf)({ log: { dtype: 'float32', shape: [], data: Float32Array.of(0.5) } } as const);
    const { gradients } = valueAndGrad((p: Named<'log'>) => ({
      loss: tf.sum(layer.apply(p, x, evaluation)),
      aux: {},
    }))(params as never);
    const total = bits(x).reduce((sum, value) => sum + value, 0);
    expectClose(bits(gradients.log as tf.Tensor), [total * Math.exp(0.5)]);
  });
});

describe('identity', () => {
  test('returns the same tensor', () => {
    expect(identity.apply({}, x, evaluation)).toBe(x);
    expect(gelu.apply({}, x, evaluation)).not.toBe(x);
  });
});
