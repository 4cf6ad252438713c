import { describe, expect, test } from 'vitest';
import {
  countParameters,
  describeLayers,
  identity,
  imageShape,
  type LayerDescription,
  named,
  repeat,
  residual,
  sequence,
  serial,
  shape,
} from '../../src/core/index.js';
import { linear } from '../../src/layers/index.js';
import { quickstartModels, vit } from '../../src/models/index.js';
import { right } from '../data/fixtures.js';

const vectors = shape(['batch', 'feature'], [1, 3]);

const flat = (layers: readonly LayerDescription[]): readonly LayerDescription[] =>
  layers.flatMap((layer) => [layer, ...flat(layer.layers)]);

describe('the layers of a model', () => {
  test('each with its path, output, parameters and cost, in the order of computation', () => {
    const model = serial(
      named('first', linear(4)),
      residual(named('second', serial(named('up', linear(8)), named('down', linear(4, { bias: false }))))),
      named('nothing', identity),
    );
    const layers = describeLayers(right(model.init(vectors)));
    expect(flat(layers).map(({ path, output, parameters, macs }) => [path, output.sizes, parameters, macs])).toEqual([
      ['first', [1, 4], 3 * 4 + 4, 3 * 4],
      ['second', [1, 4], 4 * 8 + 8 + 8 * 4, 2 * 4 * 8],
      ['second/up', [1, 8], 4 * 8 + 8, 4 * 8],
      ['second/down', [1, 4], 8 * 4, 8 * 4],
      ['nothing', [1, 4], 0, 0],
    ]);
  });

  test('numbered in a list, as their parameters are', () => {
    const lists = serial(named('all', sequence([linear(5), linear(3)])), named('same', repeat(2, linear(3))));
    const layers = describeLayers(right(lists.init(vectors)));
    expect(flat(layers).map(({ path, parameters }) => [path, parameters])).toEqual([
      ['all', 38],
      ['all/0', 20],
      ['all/1', 18],
      ['same', 24],
      ['same/0', 12],
      ['same/1', 12],
    ]);
  });

  test('none, for a layer without named parts', () => {
    expect(describeLayers(right(linear(2).init(vectors)))).toEqual([]);
  });

  test.each([quickstartModels.vanilla, quickstartModels.sl])('those of a ViT add up to the whole (%#)', (config) => {
    const declaration = right(vit(config).init(imageShape(config.image)));
    const layers = describeLayers(declaration);
    const sum = (read: (layer: LayerDescription) => number) => layers.reduce((total, layer) => total + read(layer), 0);
    expect(sum(({ parameters }) => parameters)).toBe(countParameters(declaration));
    expect(sum(({ macs }) => macs)).toBe(declaration.macs);
    expect(layers.at(-1)?.output).toEqual(declaration.output);
  });
});
