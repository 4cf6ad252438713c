import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { shape } from '../../src/core/axes.js';
import type { ParameterSpec } from '../../src/core/declaration.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { leaves } from '../../src/core/tree.js';
import {
  classPool,
  classToken,
  flatten,
  meanPool,
  patches,
  patchTokens,
  positionEmbedding,
} from '../../src/layers/index.js';
import { bits, build, expectClose, left, noise, tensorOf } from '../core/harness.js';
import { batch, images, run, x } from './on-images.js';
import * as oracle from './oracle.js';

describe('patches', () => {
  test('are in row-major order, each flattened as (row, column, channel)', () => {
    const { output, shape: declared } = run(patches(4));
    expect(bits(output)).toEqual(oracle.flat(batch.map((image) => oracle.patches(image, 4))));
    expect(declared).toEqual(shape(['batch', 'token', 'feature'], [2, 6, 32]));
    // One pixel each.
    expect(bits(run(patches(1)).output)).toEqual(bits(x));
  });

  test('of an invalid size, or one that does not divide the image, are rejected with the path', () => {
    expect(left(named('tokens', patches(3)).init(images))).toMatchObject({ path: ['tokens'], actual: '8 × 12 pixels' });
    for (const wrong of [0, -4, 2.5]) expect(left(patches(wrong).init(images))._tag).toBe('ShapeError');
    expect(left(patches(4).init(shape(['batch', 'token', 'feature'], [1, 4, 4]))).expected).toContain('row');
  });

  test('are projected by the vanilla tokenizer', () => {
    const { output, params } = run<{ readonly projection: oracle.Projection }>(patchTokens({ patch: 4, dim: 5 }));
    const reference = batch.map((image) =>
      oracle.dense(oracle.patches(image, 4), params.projection.weight, params.projection.bias),
    );
    expectClose(bits(output), oracle.flat(reference));
  });
});

describe('position, class and pooling', () => {
  const tokens = shape(['batch', 'token', 'feature'], [2, 3, 4]);
  const value = noise(8, tokens.sizes);
  const t = tensorOf(value);
  const rows = oracle.nested<readonly oracle.Matrix[]>(value);

  test('each token gets the vector of its position, the same in every image', () => {
    const { output, params } = run<{ readonly table: oracle.Matrix }>(positionEmbedding(), tokens, t);
    expectClose(bits(output), oracle.flat(rows.map((image) => oracle.add(image, params.table))));
    expect(params.table).toHaveLength(3);
  });

  test('positions start like an Embedding of Keras, the class token like the official one', () => {
    const tokens = shape(['batch', 'token', 'feature'], [2, 5, 6]);
    const starts = (layer: AnyLayer) =>
      leaves<ParameterSpec>(build(layer, tokens).declaration.params).map(({ initializer }) => initializer.name);
    expect(starts(positionEmbedding())).toEqual(['uniform(±0.05)']);
    expect(starts(classToken())).toEqual(['normal(1)']);
  });

  test('the class token comes first', () => {
    const { output, params, shape: declared } = run<{ readonly token: oracle.Vector }>(classToken(), tokens, t);
    expect(bits(output)).toEqual(oracle.flat(rows.map((image) => [params.token, ...image])));
    expect(declared.sizes).toEqual([2, 4, 4]);
  });

  test('flatten, mean pooling and class pooling', () => {
    const vectors = (features: number) => shape(['batch', 'feature'], [2, features]);
    const [all, middle, first] = [flatten, meanPool, classPool].map((layer) => run(layer, tokens, t));
    expect(bits(all!.output)).toEqual(oracle.flat(rows));
    expect([all!.shape, all!.output.shape]).toEqual([vectors(12), [2, 12]]);
    const means = rows.map((image) => oracle.range(4).map((i) => oracle.mean(image.map((row) => row[i]!))));
    expectClose(bits(middle!.output), oracle.flat(means));
    expect([middle!.shape, middle!.output.shape]).toEqual([vectors(4), [2, 4]]);
    expect(bits(first!.output)).toEqual(oracle.flat(rows.map((image) => image[0])));
    expect([first!.shape, first!.output.shape]).toEqual([vectors(4), [2, 4]]);
  });

  test('require tokens', () => {
    const vectors = shape(['batch', 'feature'], [2, 4]);
    for (const layer of [positionEmbedding(), classToken(), flatten, meanPool, classPool])
      expect(left(named('here', layer as AnyLayer).init(vectors))).toMatchObject({
        _tag: 'ShapeError',
        path: ['here'],
      });
  });
});
