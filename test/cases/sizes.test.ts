/** Sizes that disagree: each was once computed on by luck of broadcasting, or failed with the runtime's message. */
import '../support/tfjs.js';
import { describe, expect, test } from 'vitest';
import { imageShape, type Tensor } from '../../src/core/axes.js';
import { evaluation } from '../../src/core/context.js';
import { initialize } from '../../src/core/declaration.js';
import { float32 } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { repeat } from '../../src/core/sequence.js';
import { serial } from '../../src/core/serial.js';
import { classToken, layerNorm, linear, meanPool, patchTokens, positionEmbedding } from '../../src/layers/index.js';
import { declareVit, vit } from '../../src/models/index.js';
import {
  adamW,
  beginning,
  constantSchedule,
  declareState,
  evaluate,
  fit,
  predictionStep,
  scaleByAdam,
} from '../../src/train/index.js';
import { left } from '../core/harness.js';
import { engineTable } from '../support/engine-table.js';
import { config, params, task, train } from './tiny.js';

const zerosOf = (...shape: readonly number[]) =>
  float32(shape, new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.3));

describe.each(engineTable)('on %s', (_, make) => {
  test('a ViT takes images of its own size only, also where others have as many tokens or one', async () => {
    const engine = await orThrow(make);
    const predict = engine.compile(predictionStep(vit({ ...config, pool: 'mean' })));
    const own = initialize(key(1))(orThrow(declareVit({ ...config, pool: 'mean' })).params);
    const on = (...shape: readonly number[]) => predict(engine.fromHost({ params: own, input: zerosOf(...shape) }))();
    expect(await on(1, 8, 8, 1)).toMatchObject({ _tag: 'Right' });
    for (const [height, width, channels] of [
      [4, 4, 1],
      [4, 16, 1],
      [10, 10, 1],
      [4, 8, 1],
      [12, 12, 1],
      [8, 8, 3],
    ] as const)
      expect(await on(1, height, width, channels)).toMatchObject({
        left: {
          _tag: 'EngineError',
          kind: 'wrong-shape',
          message: `model: expected images of 8 × 8 × 1, got ${height} × ${width} × ${channels}`,
        },
      });
  });

  test('layers refuse inputs and parameters of other sizes, and name both and their path', async () => {
    const engine = await orThrow(make);
    const images = serial(named('tokens', patchTokens({ patch: 4, dim: 6 })), named('part', positionEmbedding()));
    const messageOf = async (layer: AnyLayer, declared: readonly number[], given: readonly number[]) => {
      const axes = {
        2: ['batch', 'feature'],
        3: ['batch', 'token', 'feature'],
        4: ['batch', 'row', 'column', 'channel'],
      };
      const declaration = orThrow(layer.init({ axes: axes[declared.length as 2 | 3 | 4], sizes: declared }));
      const run = engine.compile(predictionStep<unknown, Tensor, Tensor>(layer));
      const result = await run(
        engine.fromHost({ params: initialize(key(1))(declaration.params as unknown), input: zerosOf(...given) }),
      )();
      return left(result).message;
    };
    const part = (layer: AnyLayer): AnyLayer => named('part', layer);
    for (const [layer, declared, given, message] of [
      [
        part(positionEmbedding()),
        [1, 4, 6],
        [2, 1, 6],
        "part: expected a parameter 'table' of [1, 6] for 1 tokens of 6 features, got [4, 6]",
      ],
      [
        part(positionEmbedding()),
        [1, 1, 6],
        [2, 4, 6],
        "part: expected a parameter 'table' of [4, 6] for 4 tokens of 6 features, got [1, 6]",
      ],
      [
        part(classToken()),
        [1, 4, 1],
        [2, 4, 6],
        "part: expected a parameter 'token' of [6] for tokens of 6 features, got [1]",
      ],
      [part(layerNorm()), [1, 4, 6], [2, 4, 1], "part: expected a parameter 'scale' of [1] for 1 features, got [6]"],
      [part(layerNorm()), [1, 4, 1], [2, 4, 6], "part: expected a parameter 'scale' of [6] for 6 features, got [1]"],
      [
        part(linear(3)),
        [1, 6],
        [2, 12],
        "part: expected a parameter 'weight' of [12, 3] for 12 features to 3, got [6, 3]",
      ],
      [
        images,
        [1, 8, 8, 1],
        [1, 10, 10, 1],
        'tokens: expected images that patches of 4 × 4 pixels divide, got 10 × 10 pixels',
      ],
      [
        images,
        [1, 8, 8, 1],
        [1, 12, 12, 1],
        "part: expected a parameter 'table' of [9, 6] for 9 tokens of 6 features, got [4, 6]",
      ],
    ] as const)
      expect(await messageOf(layer, declared, given)).toBe(message);
  });
});

test('parameters of another depth or without a part are refused', () => {
  const context = evaluation;
  const input = imageShape({ height: 8, width: 8, channels: 1 });
  const model = (depth: number) =>
    serial(patchTokens({ patch: 4, dim: 6 }), named('blocks', repeat(depth, linear(6))), meanPool);
  expect(orThrow(model(2).init(input)).params.blocks).toHaveLength(2);
  const apply = (layer: AnyLayer, given: unknown) => () => layer.apply(given, {} as never, context);
  expect(apply(named('blocks', repeat(2, linear(6))), { blocks: [{}, {}, {}] })).toThrow(
    'blocks: expected the parameters of 2 layers, got those of 3',
  );
  expect(apply(named('blocks', repeat(2, linear(6))), {})).toThrow(
    'blocks: expected the parameters of 2 layers, got no list',
  );
});

describe('fit and evaluate', () => {
  const larger = { ...train, image: () => ({ height: 4, width: 16, channels: 1, data: new Float32Array(64) }) };

  test('refuse images of another size with as many tokens', async () => {
    const message = 'model: expected images of 8 × 8 × 1, got 4 × 16 × 1';
    expect(await fit({ ...task, train: larger, epochs: 1, batchSize: 16 })()).toMatchObject({ left: { message } });
    const { engine } = task;
    expect(await evaluate({ ...task, params: engine.fromHost(params), source: larger, batchSize: 16 })()).toMatchObject(
      { left: { message } },
    );
  });

  const start = (declared: ReturnType<typeof declareVit>, optimizer = task.optimizer) => ({
    state: initialize(key(1))(declareState(orThrow(declared), optimizer)),
    progress: beginning,
  });
  const fitFrom = (from: ReturnType<typeof start>) => fit({ ...task, epochs: 1, batchSize: 16, start: from })();

  test('fit refuses the state of another optimizer, and names the differences', async () => {
    expect(await fitFrom(start(declareVit(config)))).toMatchObject({ _tag: 'Right' });
    const clipped = adamW({ schedule: constantSchedule(1e-3), weightDecay: 0, clip: 1 });
    expect(await fitFrom(start(declareVit(config), clipped))).toMatchObject({ _tag: 'Right' });
    const { left: error } = (await fitFrom(start(declareVit(config), scaleByAdam()))) as { left: { message: string } };
    expect(error).toMatchObject({ _tag: 'ConfigError', field: 'start.state' });
    expect(error.message).toMatch(/missing.*optimizer\/adam\/mean.*not expected.*optimizer\/mean/);
  });

  test('fit refuses the optimizer state of another model, and another model', async () => {
    const other = start(declareVit({ ...config, dim: 32, mlp: { ...config.mlp, units: [64, 32] } }));
    const { state } = start(declareVit(config));
    const mixed = { ...other, state: { ...other.state, params: state.params } };
    expect(await fitFrom(mixed)).toMatchObject({ left: { _tag: 'ConfigError', field: 'start.state' } });
    expect(await fitFrom(other)).toMatchObject({ left: { _tag: 'EngineError', kind: 'wrong-shape' } });
    const deeper = start(declareVit({ ...config, depth: 2 }));
    expect(await fitFrom(deeper)).toMatchObject({
      left: { message: 'blocks: expected the parameters of 1 layers, got those of 2' },
    });
  });
});
