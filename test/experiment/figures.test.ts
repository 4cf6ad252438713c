import { describe, expect, test } from 'vitest';
import { type HostTensor, initialize, key, orThrow, tree } from '../../src/core/index.js';
import { eager } from '../../src/engine/index.js';
import { figuresOf, type Prepared, type Trained } from '../../src/experiment/index.js';
import type { ModelConfig } from '../../src/models/index.js';
import { beginning } from '../../src/train/index.js';
import { right } from '../data/fixtures.js';
import { tinyModels } from '../support/tiny-config.js';
import { tinyPrepared } from '../support/tiny-run.js';

const engine = await orThrow(eager('cpu'));
const { vanilla, sl } = tinyModels;

/** An experiment with one model of each configuration. */
const preparedWith = (configs: readonly ModelConfig[]): Prepared =>
  tinyPrepared({ models: configs.map((config, i) => ({ name: `model-${i}`, title: `Model ${i}`, config })) });

/** The models with their initial parameters, but temperatures: that of head `i` changed by `learned · (i + 1)`. */
const trainedWith = (prepared: Prepared, learned: number): readonly Trained[] =>
  prepared.models.map((model): Trained => {
    const { params } = initialize(key(7))({ params: model.declaration.params });
    const changed = tree.mapSame<HostTensor>((leaf, path) =>
      path.at(-1) === 'temperature' ? { ...leaf, data: leaf.data.map((x, i) => x + learned * (i + 1)) } : leaf,
    )(params);
    return { model, params: changed as never, progress: beginning };
  });

const figuresWith = async (configs: readonly ModelConfig[], learned = 0.5) => {
  const prepared = preparedWith(configs);
  return right(await figuresOf(prepared, engine, trainedWith(prepared, learned), 3)());
};

describe('patches', () => {
  test('of a model with shifted patch tokenization are the original and its shifted views', async () => {
    const { patches } = await figuresWith([vanilla, sl]);
    expect(patches?.label).toBe('3');
    expect(patches?.patch).toBe(4);
    expect(patches?.views.map(({ name }) => name)).toEqual([
      'ORIGINAL',
      'LEFT-UP',
      'LEFT-DOWN',
      'RIGHT-UP',
      'RIGHT-DOWN',
    ]);
    const [original, leftUp] = patches!.views.map(({ image }) => image);
    const pixel = (image: typeof original, row: number, column: number) => image!.data[row * 8 + column];
    expect(Array.from(original!.data)).toEqual(Array.from(preparedWith([sl]).dataset.test.image(3).data));
    // Half a patch of 4 pixels; what comes in from outside is zero.
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++)
        expect(pixel(leftUp, row, column)).toBe(row < 6 && column < 6 ? pixel(original, row + 2, column + 2) : 0);
  });

  test('are missing if the last model shows no views', async () => {
    expect((await figuresWith([sl, vanilla])).patches).toBeUndefined();
  });

  test('of other directions have their names', async () => {
    const tokenizer = { kind: 'shifted', directions: 'cardinal', order: 'keras', ratio: 0.5 } as const;
    const { patches } = await figuresWith([{ ...vanilla, tokenizer }]);
    expect(patches?.views.map(({ name }) => name)).toEqual(['ORIGINAL', 'LEFT', 'RIGHT', 'UP', 'DOWN']);
  });
});

describe('attention', () => {
  /** The rows of the weights: `heads · queries` of them. */
  const rowsOf = (block: ArrayLike<number>, tokens: number): readonly (readonly number[])[] =>
    Array.from({ length: block.length / tokens }, (_, i) => Array.from(block).slice(i * tokens, (i + 1) * tokens));

  test.each<readonly [string, ModelConfig, boolean, number]>([
    ['a vanilla ViT', vanilla, false, 4],
    ['a ViT with SPT and LSA', sl, false, 4],
    ['a ViT with a class token', { ...vanilla, pool: 'class' }, true, 5],
    ['a ViT with SPT, LSA and a class token', { ...sl, pool: 'class' }, true, 5],
  ])('of %s is a distribution over the tokens for each head and query', async (_, config, hasClassToken, tokens) => {
    const { attention } = await figuresWith([config]);
    expect(attention?.label).toBe('3');
    expect(attention?.image).toMatchObject({ height: 8, width: 8, channels: 1 });
    expect(attention?.models).toHaveLength(1);
    const [maps] = attention!.models;
    expect(maps).toMatchObject({ name: 'Model 0', grid: { rows: 2, columns: 2 }, hasClassToken });
    expect(maps!.predicted).toMatch(/^\d$/);
    expect(maps!.blocks).toHaveLength(2);
    for (const block of maps!.blocks) {
      expect(block).toHaveLength(2 * tokens * tokens);
      for (const [i, row] of rowsOf(block, tokens).entries()) {
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        if (config.attention.kind === 'locality') expect(row[i % tokens]).toBe(0);
        else expect(row[i % tokens]).toBeGreaterThan(0);
      }
    }
  });

  test('has one entry per model, in their order', async () => {
    const { attention } = await figuresWith([vanilla, sl]);
    expect(attention?.models.map(({ name }) => name)).toEqual(['Model 0', 'Model 1']);
  });
});

describe('temperatures', () => {
  test('of LSA are shown for each block, with the initial value', async () => {
    const { temperatures } = await figuresWith([vanilla, sl]);
    // √headDim. One temperature per layer is the temperature of both heads.
    const onePerLayer = [2.5, 2.5];
    expect(temperatures).toEqual({ name: 'Model 1', initial: 2, blocks: [onePerLayer, onePerLayer] });
  });

  test('differ between heads if they are learned per head', async () => {
    const attention = { kind: 'locality', temperature: 'temperature-per-head', maskDiagonal: true } as const;
    const { temperatures } = await figuresWith([{ ...vanilla, attention }]);
    expect(temperatures?.blocks).toEqual([
      [2.5, 3],
      [2.5, 3],
    ]);
  });

  test('are missing without LSA, and where none was learned', async () => {
    expect((await figuresWith([vanilla])).temperatures).toBeUndefined();
    expect((await figuresWith([sl], 0)).temperatures).toBeUndefined();
    const attention = { kind: 'locality', temperature: 'fixed', maskDiagonal: true } as const;
    expect((await figuresWith([{ ...vanilla, attention }])).temperatures).toBeUndefined();
  });

  test('do not need SPT', async () => {
    const figures = await figuresWith([{ ...vanilla, attention: sl.attention }]);
    expect(figures.temperatures?.blocks).toHaveLength(2);
    expect(figures.patches).toBeUndefined();
  });
});
