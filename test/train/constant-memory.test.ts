/** Evaluation and prediction hold one batch at a time, however many images there are, and are compiled once. */
import { expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import type { ParamsOf } from '../../src/core/layer.js';
import { named } from '../../src/core/named.js';
import { orThrow } from '../../src/core/or-throw.js';
import { serial } from '../../src/core/serial.js';
import { eager } from '../../src/engine/eager/eager.js';
import type { Engine } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { classifier, flatten, patchTokens } from '../../src/layers/index.js';
import { classification, evaluate } from '../../src/train/index.js';
import { adapted, someImages } from '../data/fixtures.js';
import { counted } from '../support/counted-engine.js';

const model = serial(named('tokens', patchTokens({ patch: 4, dim: 6 })), flatten, named('classifier', classifier(10)));
const objective = orThrow(classification({ classes: 10 }));
const params = initialize(key(2))(orThrow(model.init(imageShape({ height: 8, width: 8, channels: 1 }))).params);
const task = { model, objective };

/** Evaluates so many images in batches of four. */
const evaluated = async (engine: Engine, count: number) => {
  const [watched, held] = counted(engine);
  const source = someImages(count, 8, 8, 1);
  const at = watched.fromHost<ParamsOf<typeof model>>(params);
  const pipeline = adapted([{ kind: 'normalize' }], source);
  const result = await orThrow(
    evaluate({ engine: watched, ...task, params: at, source, pipeline, batchSize: 4, workers: 0 }),
  );
  watched.dispose(at);
  return { result, held };
};

const engines = [await orThrow(jit({ threads: 1 })), await orThrow(eager('cpu'))] as const;

test.each(engines.map((engine) => [engine.name, engine] as const))(
  'evaluation on %s holds no more for more images, and leaves nothing',
  async (_, engine) => {
    const [few, many] = [await evaluated(engine, 8), await evaluated(engine, 43)];
    expect(many.held.most()).toBe(few.held.most());
    expect([few.held.now(), many.held.now()]).toEqual([0, 0]);
    expect(many.result.totals.examples).toBe(43);
    expect(many.result.examples.loss.total).toHaveLength(43);
  },
);

test('a smaller last batch is not compiled for itself', async () => {
  expect((await evaluated(engines[0], 43)).held.traces()).toBe(1);
});
