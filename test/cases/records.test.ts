/** What is recorded is what happened, and what the user should know is said. */
import { expect, test } from 'vitest';
import { initialize } from '../../src/core/declaration.js';
import { int32, scalarOf } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { imagesFromBytes } from '../../src/data/index.js';
import { beginning, constantSchedule, declareState, fit, scaleByLearningRate } from '../../src/train/index.js';
import { adapted } from '../data/fixtures.js';
import { engineTable } from '../support/engine-table.js';
import { declaration, images, task } from './tiny.js';

const optimizer = scaleByLearningRate(constantSchedule(1e-3));

test.each(engineTable)('the step counter is exact beyond 2²⁴ steps: %s', async (_, make) => {
  const state = { ...initialize(key(1))(declareState(declaration, optimizer)), step: int32([], [2 ** 24]) };
  const start = { state, progress: beginning };
  const engine = await orThrow(make);
  const train = images(6, 3);
  const fitted = await orThrow(fit({ ...task, engine, optimizer, train, epochs: 1, batchSize: 2, start }));
  expect(scalarOf(fitted.state.step)).toBe(2 ** 24 + 3);
});

test('a channel with one value in all training images gives a warning that names it', async () => {
  const train = orThrow(
    imagesFromBytes({
      ...{ height: 8, width: 8, channels: 3, count: 6, labels: [0, 1, 2, 0, 1, 2], classes: ['a', 'b', 'c'] },
      pixels: new Uint8Array(6 * 64 * 3).map((_, i) => (i % 3 === 1 ? 7 : i)),
    }),
  );
  const pipeline = adapted([{ kind: 'normalize' }], train);
  expect(pipeline.warnings).toEqual([expect.stringMatching(/normalize: channel 1 has the same value/)]);
  expect(adapted([{ kind: 'normalize' }], images(6, 3)).warnings).toEqual([]);
  const warnings: unknown[] = [];
  await fit({
    ...{ ...task, train, pipeline, epochs: 1, batchSize: 6 },
    onEvent: (event) => event.kind === 'warning' && warnings.push(event.message),
  })();
  expect(warnings).toEqual(pipeline.warnings);
});
