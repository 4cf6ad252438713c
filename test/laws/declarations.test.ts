/** Layers do what they declare (parameters, output, draws): the table of layers, presets and random networks. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageShape, type Shape } from '../../src/core/axes.js';
import { type Context, training } from '../../src/core/context.js';
import { type Declaration, initialize } from '../../src/core/declaration.js';
import { drawOnHost } from '../../src/core/draws.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { deferredKey, fold, follow, type Key, type KeyPath, key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map, type Path, showPath } from '../../src/core/tree.js';
import { kerasModels, officialModels, quickstartModels } from '../../src/models/vit/presets.js';
import { declareVit } from '../../src/models/vit/vit.js';
import { noise, tensorOf } from '../core/harness.js';
import { layerTable } from '../support/layer-table.js';
import { randomNetwork } from '../support/random-network.js';

const keyPathOf = (path: Path): KeyPath => path.reduce<Key>(fold, key(1)).path;

/** Expects different paths, and different bits at their ends. */
const expectApart = (paths: readonly Path[]): void => {
  expect(new Set(paths.map(showPath)).size).toBe(paths.length);
  const ends = paths.map((path) => String(follow([0, 1], keyPathOf(path))));
  expect(new Set(ends).size).toBe(paths.length);
};

const leafShapes = (tree: unknown) =>
  entries<{ readonly shape: readonly number[] }>(tree).map(([path, { shape }]) => [showPath(path), shape]);

const neverDrawn = (): never => {
  throw new Error('a key was used in evaluation');
};
/** An evaluation context with a key, which the types exclude. No layer may read it. */
const guarded = {
  mode: 'eval',
  path: [],
  key: {
    get root() {
      return neverDrawn();
    },
    get path() {
      return neverDrawn();
    },
  },
} as unknown as Context;

/** A training context that records the paths of all keys drawn from. */
const watched = (): { readonly context: Context; readonly paths: KeyPath[] } => {
  const paths: KeyPath[] = [];
  const watching = deferredKey((path, distribution, shape) => {
    paths.push(path);
    return tensorOf(drawOnHost(fold(key(1), paths.length), distribution, shape));
  });
  return { context: training(watching), paths };
};

/** The laws for a layer that is small enough to run. */
const expectLawful = (layer: AnyLayer, input: Shape): void => {
  const declaration: Declaration<unknown> = orThrow(layer.init(input));
  const sampled = initialize(key(4))(declaration.params);
  expect(leafShapes(sampled)).toEqual(leafShapes(declaration.params));
  for (const [, leaf] of entries<HostTensor>(sampled)) {
    expect(leaf.dtype).toBe('float32');
    expect(leaf.data).toHaveLength(leaf.shape.reduce((product, size) => product * size, 1));
  }
  expectApart([...declaration.draws.map((path) => ['draws', ...path]), ...entries(sampled).map(([path]) => path)]);
  const { context, paths } = watched();
  tf.tidy(() => {
    const params = map<HostTensor, tf.Tensor>(tensorOf)(sampled) as never;
    const x = tensorOf(noise(5, input.sizes));
    expect(layer.apply(params, x, context).shape).toEqual(declaration.output.sizes);
    expect(layer.apply(params, x, guarded).shape).toEqual(declaration.output.sizes);
  });
  expect(paths.map(String).sort()).toEqual(declaration.draws.map((path) => String(keyPathOf(path))).sort());
};

describe('parameters, output and draws are as declared, and evaluation reads no key', () => {
  test.each(layerTable)('%s', (_, layer, input) => expectLawful(layer, input));

  test('random networks', () => {
    fc.assert(
      fc.property(randomNetwork, ({ layer, input }) => expectLawful(layer, input)),
      { numRuns: 40 },
    );
  });
});

test('the laws detect a draw in evaluation, and a draw that is not declared', () => {
  const drawing = layerTable.find(([name]) => name === 'dropout')![1];
  const wrongMode: AnyLayer = {
    ...drawing,
    apply: (params, x, context) => drawing.apply(params, x, { ...context, mode: 'train' } as Context),
  };
  const undeclared: AnyLayer = {
    ...drawing,
    init: (input) => {
      const declared = drawing.init(input);
      return declared._tag === 'Left' ? declared : { ...declared, right: { ...declared.right, draws: [] } };
    },
  };
  const input = layerTable[0]![2];
  expect(() => expectLawful(wrongMode, input)).toThrow('a key was used in evaluation');
  expect(() => expectLawful(undeclared, input)).toThrow(/expected/);
  expect(() => expectLawful(drawing, input)).not.toThrow();
});

const models = Object.entries({ keras: kerasModels, official: officialModels, quickstart: quickstartModels }).flatMap(
  ([preset, pair]) => [[`${preset}, vanilla`, pair.vanilla] as const, [`${preset}, SPT + LSA`, pair.sl] as const],
);

describe('all draws and all parameters of a preset have different keys', () => {
  test.each(models)('%s', (_, config) => {
    const { draws, params } = orThrow(declareVit(config));
    expectApart(draws);
    expectApart(entries(params).map(([path]) => path));
    expect(draws.length > 0).toBe(Object.values(config.dropRates).some((rate) => rate > 0));
  });

  test('a deep model with every kind of dropout', () => {
    const dropRates = { attention: 0.1, mlp: 0.1, path: 0.1, representation: 0.1, head: 0.1 };
    const { draws } = orThrow(declareVit({ ...kerasModels.sl, depth: 24, dropRates }));
    expectApart(draws);
    // In a block: attention, its branch, two layers of the MLP, its branch; then the representation and two layers of the head.
    expect(draws).toHaveLength(24 * 5 + 1 + 2);
  });
});

test('the batch size changes the output, but not the parameters', () => {
  fc.assert(
    fc.property(randomNetwork, fc.integer({ min: 1, max: 9 }), ({ layer, input, classes }, batch) => {
      const [, rows, columns, channels] = input.sizes as [number, number, number, number];
      const other = orThrow(layer.init(imageShape({ height: rows, width: columns, channels }, batch)));
      const one = orThrow(layer.init(input));
      expect(leafShapes(other.params)).toEqual(leafShapes(one.params));
      expect(other.draws).toEqual(one.draws);
      expect(other.output).toEqual({ axes: ['batch', 'class'], sizes: [batch, classes] });
      expect(other.macs * input.sizes[0]!).toBe(one.macs * batch);
    }),
    { numRuns: 40 },
  );
});
