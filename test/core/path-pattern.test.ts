import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { matching } from '../../src/core/path-pattern.js';
import { paths as pathsOf, showPath } from '../../src/core/tree.js';
import { declareVit, quickstartModels } from '../../src/models/index.js';
import { forAll, left } from './harness.js';

const paths = [
  'tokens/norm/scale',
  'tokens/projection/weight',
  'position/table',
  'blocks/0/attention/query/weight',
  'blocks/0/mlp/layers/0/weight',
  'blocks/0/mlp/layers/0/bias',
  'blocks/1/attention/query/weight',
  'blocks/10/mlp/layers/0/bias',
  'bias',
].map((path) => path.split('/'));

const matched = (...patterns: readonly string[]): readonly string[] =>
  paths.filter(orThrow(matching(patterns, paths))).map(showPath);

test.each([
  [['position/table'], ['position/table']],
  [['tokens'], ['tokens/norm/scale', 'tokens/projection/weight']],
  [['blocks/1'], ['blocks/1/attention/query/weight']],
  [['blocks/1*'], ['blocks/1/attention/query/weight', 'blocks/10/mlp/layers/0/bias']],
  [['blocks/*/attention'], ['blocks/0/attention/query/weight', 'blocks/1/attention/query/weight']],
  [['**/bias'], ['blocks/0/mlp/layers/0/bias', 'blocks/10/mlp/layers/0/bias', 'bias']],
  [['blocks/**/0/*s'], ['blocks/0/mlp/layers/0/bias', 'blocks/10/mlp/layers/0/bias']],
  [['tokens/**/scale'], ['tokens/norm/scale']],
  [['*/table'], ['position/table']],
  [['p*i*n'], ['position/table']],
  [
    ['bias', 'position'],
    ['position/table', 'bias'],
  ],
  [[], []],
])('%j means %j', (patterns, expected) => {
  expect(matched(...patterns)).toEqual(expected);
});

test('two stars alone mean everything, however often', () => {
  for (const pattern of ['**', '**/**', '**/*', '**/**/**/*/**']) expect(matched(pattern)).toHaveLength(paths.length);
});

test.each([
  ['blocks/0/atention', "no parameter matches 'blocks/0/atention': after 'blocks/0' there are: attention, mlp"],
  ['blocks/*/attention/key', "after 'blocks/*/attention' there are: query"],
  ['encoder/**', 'the first names are: tokens, position, blocks, bias'],
  ['position/table/0', "after 'position' there are: table"],
  ['block', 'the first names are: tokens, position, blocks, bias'],
  ['', 'the first names are: tokens, position, blocks, bias'],
  ['tokens/', "after 'tokens' there are: norm, projection"],
  ['.', 'the first names are'],
])('%j matches nothing, and the error says what there is', (pattern, message) => {
  const error = left(matching(['tokens', pattern], paths));
  expect(error._tag).toBe('ConfigError');
  expect(error.message).toContain(message);
});

test('without parameters, every pattern is an error', () => {
  expect(left(matching(['**'], [])).message).toContain('there are no parameters');
});

test('the path of every parameter and of every branch matches what is there, whatever its names', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~', '.', '(', '\\', '[', '\n', '+'), minLength: 1 });
  forAll([fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })], (all) => {
    for (const path of all)
      for (let length = 1; length <= path.length; length++) {
        const branch = path.slice(0, length);
        const below = all.filter((other) => branch.every((part, i) => part === other[i]));
        expect(all.filter(orThrow(matching([showPath(branch)], all)))).toEqual(below);
      }
  });
});

test('patterns for a ViT', () => {
  const all = pathsOf(orThrow(declareVit(quickstartModels.sl)).params);
  const backbone = orThrow(matching(['tokens', 'position', 'blocks', 'norm'], all));
  expect([...new Set(all.filter((path) => !backbone(path)).map(([first]) => first))]).toEqual(['head', 'classifier']);
  expect(E.isLeft(matching(['blocks/6'], all))).toBe(true);
});
