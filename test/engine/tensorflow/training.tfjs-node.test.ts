import { describe, expect, test } from 'vitest';
import { initialize } from '../../../src/core/declaration.js';
import { drawOnHost } from '../../../src/core/draws.js';
import { type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { fold, key } from '../../../src/core/key.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { leaves } from '../../../src/core/tree.js';
import { traceGraph } from '../../../src/engine/compiler/trace/trace.js';
import type { Engine } from '../../../src/engine/engine.js';
import { declareVit, vit } from '../../../src/models/vit/vit.js';
import { classification } from '../../../src/train/objectives/classification.js';
import { adamW } from '../../../src/train/optimizer/adamw.js';
import { constantSchedule } from '../../../src/train/schedule.js';
import { declareState, evaluationStep, trainStep } from '../../../src/train/step.js';
import { tinyModels } from '../../support/tiny-config.js';
import { expectSame, right } from '../engines.js';
import { nodeEngines } from './tfjs-node.js';

const { compiled, jit } = await nodeEngines();

const batch = {
  input: drawOnHost(key(2), { kind: 'normal' }, [6, 8, 8, 1]),
  target: int32([6], [0, 1, 2, 3, 4, 5]),
};

// The gradient of a key's bias is zero except for rounding. With the usual small epsilon, Adam would turn that into whole steps.
const optimizer = adamW({ schedule: constantSchedule(1e-2), weightDecay: 0.05, clip: 1, epsilon: 1e-2 });

const bytes = (tree: unknown): number => leaves<HostTensor>(tree).reduce((sum, { data }) => sum + data.byteLength, 0);

describe.each(Object.entries(tinyModels))('%s', (_, config) => {
  const model = vit(config);
  const objective = orThrow(classification({ classes: config.classes }));
  const step = trainStep({ model, objective, optimizer });
  const state = initialize(key(1))(declareState(orThrow(declareVit(config)), optimizer));

  const compiledStep = compiled.compile(step, { donate: ['state'] });
  const jitStep = jit.compile(step, { donate: ['state'] });

  const train = async (engine: Engine, run: typeof compiledStep, steps: number, seen: () => void = () => {}) => {
    const values = engine.fromHost({ state, batch });
    let next = await right(run(values as never, fold(key(3), 0)));
    for (let i = 1; i < steps; i++) {
      seen();
      next = await right(run({ state: next.state, batch: values.batch } as never, fold(key(3), i)));
    }
    seen();
    return next;
  };

  test('training steps agree with those of jit, with every kind of dropout on', async () => {
    const on = async (engine: Engine, run: typeof compiledStep) => right(engine.toHost(await train(engine, run, 4)));
    // A step changes a parameter by 1e-2: the absolute tolerance is a ten-thousandth of that.
    expectSame(await on(compiled, compiledStep), await on(jit, jitStep), { relative: 1e-5, absolute: 1e-6 });
  });

  test('a step is one call that copies the batch and the draws in and the metrics out', async () => {
    const seen: ReturnType<typeof compiled.traffic>[] = [];
    const { metrics } = await train(compiled, compiledStep, 3, () => seen.push(compiled.traffic()));
    const graph = orThrow(traceGraph(step, { state, batch } as never));
    const draws = graph.inputs
      .filter(({ source }) => source.kind === 'draw')
      .reduce((sum, { node }) => sum + node.shape.reduce((size, n) => size * n, 1), 0);
    expect(draws).toBeGreaterThan(0);
    // One byte is fetched to store the state.
    const expected = {
      calls: 1,
      bytesIn: bytes(batch) + draws,
      bytesOut: bytes(await right(compiled.toHost(metrics))) + 1,
    };
    expect(difference(seen[1]!, seen[0]!)).toEqual(expected);
    expect(difference(seen[2]!, seen[1]!)).toEqual(expected);
  });

  test('evaluation between steps fetches the parameters once and stores them once', async () => {
    const evaluate = compiled.compile(evaluationStep({ model, objective }));
    const trained = await train(compiled, compiledStep, 2);
    const { params } = trained.state as unknown as { readonly params: never };
    const args = { params, batch: compiled.fromHost(batch) } as never;
    const before = compiled.traffic();
    const judged = await right(evaluate(args));
    const between = compiled.traffic();
    await right(evaluate(args));
    const size = bytes(state.params);
    const result = bytes(await right(compiled.toHost(judged)));
    const stored = leaves(state.params).length;
    expect(difference(between, before)).toEqual({
      calls: 3,
      bytesIn: size + bytes(batch),
      bytesOut: size + stored + result,
    });
    expect(difference(compiled.traffic(), between)).toEqual({ calls: 1, bytesIn: bytes(batch), bytesOut: result });
  });
});

const difference = (after: ReturnType<typeof compiled.traffic>, before: ReturnType<typeof compiled.traffic>) => ({
  calls: after.calls - before.calls,
  bytesIn: after.bytesIn - before.bytesIn,
  bytesOut: after.bytesOut - before.bytesOut,
});
