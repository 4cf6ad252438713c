import { expect, test } from 'vitest';
import { sameJson } from '../../src/experiment/same-json.js';

test.each<readonly [string, unknown, unknown]>([
  ['fields in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ['fields of records in a list', [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
  ['a missing field and an undefined one', { a: 1 }, { a: 1, b: undefined }],
  ['null', null, null],
])('%s: the same JSON', (_, a, b) => {
  expect(sameJson(a, b)).toBe(true);
});

test.each<readonly [string, unknown, unknown]>([
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }],
  ['another name', { a: 1 }, { b: 1 }],
  ['one field more', { a: 1 }, { a: 1, b: 2 }],
  ['elements in another order', [1, 2], [2, 1]],
  ['a number and a text', { a: 1 }, { a: '1' }],
  ['null and a missing field', { a: null }, {}],
])('%s: different JSON', (_, a, b) => {
  expect(sameJson(a, b)).toBe(false);
});
