import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { declareVit, quickstartModels } from '../../src/models/index.js';
import { takeParams, tensorsByPath } from '../../src/train/index.js';
import { forAll } from '../core/harness.js';

const own = {
  tokens: { weight: float32([2, 2], [1, 2, 3, 4]) },
  blocks: [{ scale: float32([2], [1, 1]) }, { scale: float32([2], [1, 1]) }],
  classifier: { weight: float32([2, 3], [0, 0, 0, 0, 0, 0]), bias: float32([3], [0, 0, 0]) },
};

test('takes what fits by path, shape and number type, and says what is new and what was left over and why', () => {
  const scale = float32([2], [5, 6]);
  const weight = float32([2, 2], [7, 8, 9, 10]);
  const result = takeParams(own, {
    'tokens/weight': weight,
    'blocks/1/scale': scale,
    'classifier/weight': float32([2, 10], new Float32Array(20)),
    'classifier/bias': int32([3], [1, 2, 3]),
    'blocks/0/scale': float32([2], [1, Number.NaN]),
    'head/weight': float32([1], [1]),
  });
  expect(result.params.tokens.weight).toBe(weight);
  expect(result.params.blocks[1]!.scale).toBe(scale);
  expect(result.params.blocks[0]).toEqual(own.blocks[0]);
  expect(result.params.classifier).toEqual(own.classifier);
  expect(result.taken).toEqual(['tokens/weight', 'blocks/1/scale']);
  expect(result.fresh).toEqual(['blocks/0/scale', 'classifier/weight', 'classifier/bias']);
  expect(result.left).toEqual([
    { path: 'classifier/weight', reason: 'the model has float32 [2, 3] there, this is float32 [2, 10]' },
    { path: 'classifier/bias', reason: 'the model has float32 [3] there, this is int32 [3]' },
    { path: 'blocks/0/scale', reason: 'it has numbers that are not finite' },
    { path: 'head/weight', reason: 'the model has no such parameter' },
  ]);
});

test('does not take a tensor with fewer numbers than its shape says', () => {
  const { params, left } = takeParams(own, { 'blocks/0/scale': float32([2], [1]) });
  expect(params).toEqual(own);
  expect(left).toEqual([{ path: 'blocks/0/scale', reason: 'it has 1 numbers' }]);
});

test('takes everything of a model of the same configuration; of another depth, what both have', () => {
  const paramsOf = (depth: number, seed: number) =>
    initialize(key(seed))(orThrow(declareVit({ ...quickstartModels.sl, depth })).params);
  const [first, second, deeper] = [paramsOf(2, 1), paramsOf(2, 2), paramsOf(3, 3)];
  expect(takeParams(first, tensorsByPath(second))).toMatchObject({ params: second, fresh: [], left: [] });
  const { fresh, left, params } = takeParams(deeper, tensorsByPath(second));
  expect(left).toEqual([]);
  expect([...new Set(fresh.map((path) => path.slice(0, 8)))]).toEqual(['blocks/2']);
  expect(params.blocks[2]).toEqual(deeper.blocks[2]);
  expect({ ...params, blocks: params.blocks.slice(0, 2) }).toEqual(second);
});

test('what is taken and what is new are all parameters; what is taken and what is left over are all tensors', () => {
  const paths = Object.keys(tensorsByPath(own));
  const shape = fc.constantFrom([2], [3], [2, 2], [2, 3]);
  forAll([fc.dictionary(fc.constantFrom(...paths, 'other', 'constructor'), shape)], (shapes) => {
    const tensors = Object.fromEntries(
      Object.entries(shapes).map(([path, sizes]) => [path, float32(sizes, new Float32Array(sizeOf(sizes)))]),
    );
    const { taken, fresh, left, params } = takeParams(own, tensors);
    expect([...taken, ...fresh].sort()).toEqual([...paths].sort());
    expect([...taken, ...left.map(({ path }) => path)].sort()).toEqual(Object.keys(tensors).sort());
    for (const [path, leaf] of Object.entries(tensorsByPath(params)))
      expect(leaf).toBe(taken.includes(path) ? tensors[path] : tensorsByPath(own)[path]);
  });
});
