import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import {
  atMost,
  decode,
  notNegative,
  oneOf,
  positive,
  positiveInteger,
  properFraction,
  record,
  size,
  tagged,
  wholeNumber,
} from '../../src/core/config.js';
import { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels } from '../../src/models/vit/presets.js';
import { left } from './harness.js';

describe('numbers', () => {
  test.each([
    ['positiveInteger', positiveInteger, [1, 2, 1e6], [0, -1, 1.5]],
    ['wholeNumber', wholeNumber, [0, 1, 7], [-1, 0.5]],
    ['positive', positive, [1e-9, 3], [0, -1e-9]],
    ['notNegative', notNegative, [0, 0.1], [-1e-9]],
    ['dropRate', properFraction, [0, 0.5, 0.999], [1, -0.1, 2]],
  ])('%s accepts its range and nothing else', (_, codec, good, bad) => {
    for (const value of good) expect(decode(codec)(value)).toEqual(E.right(value));
    for (const value of [...bad, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null, undefined, [1], {}])
      expect(E.isLeft(decode(codec)(value)), String(value)).toBe(true);
  });
});

test('a number that is out of bounds: the error names the field and the bound', () => {
  const codec = record('a thing', { width: size, depth: atMost(1000, positiveInteger) });
  expect(decode(codec)({ width: 65_536, depth: 1000 })).toEqual(E.right({ width: 65_536, depth: 1000 }));
  expect(left(decode(codec)({ width: 1e9, depth: 1 })).message).toBe('width: expected at most 65,536, got 1000000000');
  expect(left(decode(codec)({ width: 1, depth: 1001 })).message).toBe('depth: expected at most 1,000, got 1001');
  expect(left(decode(codec)({ width: 0, depth: 1 })).message).toBe('width: expected a positive whole number, got 0');
});

test('what is nested too deeply, or contains itself, is an error', () => {
  const deep = JSON.parse(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`);
  const round: { inside?: unknown } = {};
  round.inside = round;
  for (const value of [deep, { width: deep }, round])
    expect(left(decode(record('a thing', { width: t.unknown }))(value)).message).toContain('more than 100 levels deep');
});

describe('messages', () => {
  const codec = record('a thing', {
    size: record('a size', { rows: positiveInteger }),
    word: oneOf(['left', 'right']),
    how: tagged('a method', {
      plain: record('plain', { kind: t.literal('plain') }),
      fine: record('fine', { kind: t.literal('fine'), grain: properFraction }),
    }),
    units: t.readonlyArray(positiveInteger),
  });
  const good = { size: { rows: 3 }, word: 'left', how: { kind: 'fine', grain: 0.5 }, units: [1, 2] };

  test('a valid value is returned unchanged', () => {
    expect(decode(codec)(good)).toEqual(E.right(good));
    expect(decode(codec)({ ...good, how: { kind: 'plain' } })).toEqual(E.right({ ...good, how: { kind: 'plain' } }));
  });

  test.each<[string, unknown, string, RegExp]>([
    ['a range', { ...good, size: { rows: 0 } }, 'size.rows', /^size\.rows: expected a positive whole number, got 0$/],
    [
      'a type',
      { ...good, size: { rows: '3' } },
      'size.rows',
      /^size\.rows: expected a positive whole number, got "3"$/,
    ],
    ['not a record', { ...good, size: 3 }, 'size', /^size: expected a size, got 3$/],
    ['nothing', null, '', /expected a thing, got null$/],
    ['a missing field', { ...good, size: {} }, 'size.rows', /^size\.rows: missing; expected a positive whole number$/],
    ['an unknown field', { ...good, speed: 1 }, 'speed', /^speed: .*unknown.*size, word, how, units/],
    ['an unknown inner field', { ...good, size: { rows: 1, row: 2 } }, 'size.row', /^size\.row: .*unknown.*rows/],
    ['a word', { ...good, word: 'up' }, 'word', /^word: expected one of 'left', 'right', got "up"$/],
    ['a missing word', { ...good, word: undefined }, 'word', /^word: missing; expected one of 'left', 'right'$/],
    ['a kind', { ...good, how: { kind: 'rough' } }, 'how.kind', /^how\.kind: expected .*plain.*fine.*, got "rough"$/],
    ['no kind', { ...good, how: {} }, 'how.kind', /^how\.kind: missing; expected .*plain.*fine/],
    ['an inherited name as kind', { ...good, how: { kind: 'toString' } }, 'how.kind', /got "toString"$/],
    ['null as tagged record', { ...good, how: null }, 'how.kind', /expected .*plain.*fine/],
    [
      'within a tagged record',
      { ...good, how: { kind: 'fine', grain: 1 } },
      'how.grain',
      /^how\.grain: expected a number in \[0, 1\)/,
    ],
    ['a field of another kind', { ...good, how: { kind: 'plain', grain: 0 } }, 'how.grain', /unknown/],
    ['in a list', { ...good, units: [1, -2] }, 'units.1', /^units\.1: expected a positive whole number, got -2$/],
  ])('%s', (_, value, field, message) => {
    const error = left(decode(codec)(value));
    expect(error).toMatchObject({ _tag: 'ConfigError', field });
    expect(error.message).toMatch(message);
  });

  test('the path of a field has only names and positions of the input', () => {
    const both = t.intersection([t.type({ epoch: wholeNumber }), t.partial({ rate: positive })]);
    expect(left(decode(record('a run', { history: t.array(both) }))({ history: [{ epoch: -1 }] })).field).toBe(
      'history.0.epoch',
    );
  });
});

describe('the configuration of a ViT', () => {
  const changed = (change: object): unknown => ({ ...kerasModels.sl, ...change });

  test.each<[object, string]>([
    [{ depth: 0 }, 'depth'],
    [{ patch: 2.5 }, 'patch'],
    [{ image: { height: 32, width: 32 } }, 'image.channels'],
    [{ epsilon: 0 }, 'epsilon'],
    [{ pool: 'max' }, 'pool'],
    [{ head: [0] }, 'head.0'],
    [{ dropRates: { ...kerasModels.sl.dropRates, mlp: 1 } }, 'dropRates.mlp'],
    [{ tokenizer: { kind: 'shifted', directions: 'diagonal', order: 'keras', ratio: 0 } }, 'tokenizer.ratio'],
    [{ tokenizer: { kind: 'shifted', directions: 'diagonal', order: 'keras', ratio: 1.5 } }, 'tokenizer.ratio'],
    [{ attention: { kind: 'locality', temperature: 'hot', maskDiagonal: true } }, 'attention.temperature'],
    [{ heigth: 3 }, 'heigth'],
  ])('%o is refused at %s', (change, field) => {
    expect(left(decode(VitConfig)(changed(change))).field).toBe(field);
  });
});
