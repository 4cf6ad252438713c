/** The whole training step is a pure function on every engine. */
import { describe, expect, test } from 'vitest';
import { imageShape } from '../../src/core/axes.js';
import { initialize } from '../../src/core/declaration.js';
import { type HostTensor, int32 } from '../../src/core/host-tensor.js';
import { fold, key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { leaves } from '../../src/core/tree.js';
import type { VitConfig } from '../../src/models/vit/config.js';
import { kerasModels } from '../../src/models/vit/presets.js';
import { vit } from '../../src/models/vit/vit.js';
import { adamW, classification, declareState, evaluationStep, trainStep, warmUpCosine } from '../../src/train/index.js';
import { noise } from '../core/harness.js';
import { expectError, expectSame, right } from '../engine/engines.js';
import { engineTable } from '../support/engine-table.js';

const config: VitConfig = {
  ...kerasModels.sl,
  ...{ image: { height: 8, width: 8, channels: 2 }, classes: 6, patch: 4, dim: 6, depth: 1, heads: 2, headDim: 3 },
  mlp: { units: [8, 6], activateLast: true },
  head: [7],
  dropRates: { attention: 0.1, mlp: 0.1, path: 0.1, representation: 0.1, head: 0.1 },
};
const model = vit(config);
const schedule = orThrow(
  warmUpCosine({ learningRate: 0.01, warmUpSteps: 2, totalSteps: 9, initialLearningRate: 0.001 }),
);
const optimizer = adamW({ schedule, weightDecay: 0.05, clip: 1 });
const objective = orThrow(classification({ classes: config.classes }));
const hosts = {
  state: initialize(key(1))(declareState(orThrow(model.init(imageShape(config.image))), optimizer)),
  batch: { input: noise(2, [3, 8, 8, 2]), target: int32([3], [0, 5, 2]) },
};

const step = trainStep({ model, objective, optimizer });
const engines = await Promise.all(
  engineTable.map(async ([name, make]) => {
    const engine = await right(make);
    return [name, engine, engine.compile(step)] as const;
  }),
);

describe.each(engines)('%s', (_, engine, compiled) => {
  const bitsOf = async (values: unknown): Promise<readonly HostTensor[]> => leaves(await right(engine.toHost(values)));

  test('does not change the bits of state and batch, and gives the same result again', async () => {
    const args = engine.fromHost(hosts);
    const first = await bitsOf(await right(compiled(args, key(3))));
    expect(await bitsOf(args)).toEqual(leaves(hosts));
    expect(await bitsOf(await right(compiled(args, key(3))))).toEqual(first);
    expect(await bitsOf(args)).toEqual(leaves(hosts));
    expect(await bitsOf(await right(compiled(args, key(4))))).not.toEqual(first);
    // The new parameters differ from the old ones.
    expect(first.slice(0, 3)).not.toEqual(leaves(hosts).slice(0, 3));
  });

  test('gives the same bits with donation as without, in every step, and the old state is gone', async () => {
    const donating = engine.compile(step, { donate: ['state', 'batch'] });
    type Args = Parameters<typeof step>[0];
    const run = async (f: typeof compiled): Promise<readonly HostTensor[]> => {
      let state = engine.fromHost<Args['state']>(hosts.state);
      for (const i of [0, 1]) {
        const batch = engine.fromHost(hosts.batch);
        const given = { state, batch };
        state = (await right(f(given, fold(key(5), i)))).state;
        if (f === donating) await expectError(f(given, key(5)), 'donated-value', /was donated/);
      }
      return bitsOf(state);
    };
    expect(await run(donating)).toEqual(await run(compiled));
  });

  test('evaluation is pure too', async () => {
    const evaluate = engine.compile(evaluationStep({ model, objective }));
    const args = engine.fromHost({ params: hosts.state.params, batch: hosts.batch });
    const first = await bitsOf(await right(evaluate(args)));
    expect(await bitsOf(await right(evaluate(args)))).toEqual(first);
    expect(await bitsOf(args)).toEqual(leaves({ params: hosts.state.params, batch: hosts.batch }));
  });
});

test('all engines agree on a step of the real optimizer', async () => {
  const results: unknown[] = [];
  for (const [, engine, compiled] of engines) {
    const args = engine.fromHost(hosts);
    const { metrics, state } = await right(compiled(args, key(6)));
    const { adam } = state.optimizer;
    results.push(await right(engine.toHost({ metrics, adam })));
  }
  for (const result of results.slice(1)) expectSame(result, results[0], { relative: 1e-4, absolute: 1e-7 });
});
