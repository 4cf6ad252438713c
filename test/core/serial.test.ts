import '../support/tfjs.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shape } from '../../src/core/axes.js';
import { training } from '../../src/core/context.js';
import { identity } from '../../src/core/identity.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { repeat } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import { dropout, gelu, layerNorm, linear, mlp } from '../../src/layers/index.js';
import { asData, bits, build, byPath, forAll, left, noise, tensorOf, untyped } from './harness.js';

const input = shape(['batch', 'token', 'feature'], [2, 3, 4]);
const x = tensorOf(noise(9, input.sizes));
const chain = untyped(serial);

/** A layer as seen from outside: its declaration, its initial parameters and its output in training. */
const seen = (layer: AnyLayer) => {
  const { declaration, hosts, params } = build(layer, input);
  return { declared: asData(declaration), hosts, output: bits(layer.apply(params, x, training(key(3)))) };
};

const part: fc.Arbitrary<(name: string) => AnyLayer> = fc.oneof(
  fc.constant(() => gelu),
  fc.constant(() => identity),
  fc.integer({ min: 1, max: 5 }).map((units) => (name: string) => named(name, linear(units))),
  fc.constant((name: string) => named(name, layerNorm())),
  fc.constant((name: string) => named(name, dropout(0.3))),
  fc.constant((name: string) => named(name, mlp([3, 2], { dropRate: 0.2 }))),
);
const parts = fc
  .array(part, { maxLength: 6 })
  .map((make) => make.map((one, i): AnyLayer => one(String.fromCharCode(97 + i))));

describe('serial', () => {
  test('is associative: parameters, keys and bits', () => {
    forAll(
      [parts, fc.nat(6), fc.nat(6)],
      (layers, i, j) => {
        const [from, to] = [Math.min(i, j), Math.max(i, j)];
        const grouped = chain(...layers.slice(0, from), chain(...layers.slice(from, to)), ...layers.slice(to));
        expect(seen(grouped)).toEqual(seen(chain(...layers)));
      },
      60,
    );
  });

  test('has the identity as neutral element on both sides', () => {
    forAll(
      [parts],
      (layers) => {
        const f = chain(...layers);
        expect(seen(chain(identity, f))).toEqual(seen(f));
        expect(seen(chain(f, identity))).toEqual(seen(f));
      },
      30,
    );
    expect(seen(chain())).toEqual(seen(identity));
  });

  test('has the identity as neutral element for a layer whose parameters are an array', () => {
    const f = repeat(2, named('inner', linear(4)));
    expect(seen(serial(f))).toEqual(seen(f));
    expect(seen(serial(identity, f))).toEqual(seen(f));
  });

  test('feeds each layer with the output of the one before it', () => {
    const whole = serial(named('a', linear(5)), gelu, named('b', linear(2)));
    const { params } = build(whole, input) as { params: { a: never; b: never } };
    const by = (layer: AnyLayer, p: never, value: typeof x) => layer.apply(p, value, training(key(3)));
    const byHand = by(linear(2), params.b, by(gelu, {} as never, by(linear(5), params.a, x)));
    expect(bits(whole.apply(params, x, training(key(3))))).toEqual(bits(byHand));
  });

  test('adds up multiply-accumulates and collects draws', () => {
    const { declaration } = build(
      serial(named('a', linear(5)), named('drop', dropout(0.1)), named('b', serial(named('drop', dropout(0.2))))),
      input,
    );
    expect(declaration.macs).toBe(2 * 3 * 4 * 5);
    expect(declaration.draws).toEqual([['drop'], ['b', 'drop']]);
  });

  test('rejects two parts with the same name, and two that would draw from the same key', () => {
    const twice = chain(named('a', linear(4)), named('a', linear(4))).init(input);
    expect(left(twice)).toMatchObject({ _tag: 'ShapeError', path: [], actual: "two parts called 'a'" });
    const inside = chain(named('outer', chain(named('a', linear(4)), named('a', layerNorm())))).init(input);
    expect(left(inside).message).toMatch(/^outer: .*'a'/);
    const sameKey = chain(dropout(0.1), gelu, dropout(0.2)).init(input);
    expect(left(sameKey).message).toMatch(/a separate key for every part that draws.*named/);
    const sameName = chain(named('drop', dropout(0.1)), named('drop', dropout(0.2))).init(input);
    expect(left(sameName).actual).toContain("'drop'");
    // A part without draws uses no key.
    expect(chain(dropout(0), dropout(0))).toSatisfy((layer: AnyLayer) => layer.init(input)._tag === 'Right');
  });
});

describe('named', () => {
  test('puts the parameters under its name, and errors list the names, outermost first', () => {
    const layer = named('outer', named('inner', linear(2)));
    expect(Object.keys(byPath(build(layer, input).hosts))).toEqual(['outer/inner/weight', 'outer/inner/bias']);
    const wrong = left(named('outer', serial(gelu, named('inner', linear(0)))).init(input));
    expect(wrong.path).toEqual(['outer', 'inner']);
    expect(wrong.message).toMatch(/^outer\/inner: expected a positive whole number of units, got 0/);
  });

  test('adds no branch for a layer without parameters', () => {
    expect(build(named('nothing', gelu), input).declaration.params).toEqual({});
  });

  test('gives each name its own key', () => {
    const dropped = (name: string) =>
      bits(named(name, dropout(0.5)).apply({} as never, x, training(key(3)))).map((value) => value === 0);
    expect(dropped('a')).not.toEqual(dropped('b'));
    expect(dropped('a')).toEqual(dropped('a'));
  });
});
