import '../support/tfjs.js';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { initialize } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { entries, map, showPath } from '../../src/core/tree.js';
import type { Values } from '../../src/engine/engine.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { declareVit, type VitParams, vit } from '../../src/models/vit/vit.js';
import { classification } from '../../src/train/objectives/classification.js';
import { adamW } from '../../src/train/optimizer/adamw.js';
import { constantSchedule } from '../../src/train/schedule.js';
import { declareState, type TrainState, trainStep } from '../../src/train/step.js';
import { expectAgreement, type Pair } from './agreement.js';
import { asParams, fixture, type Named, toTensor, within } from './fixture.js';
import { inSmall, presets, smoothings } from './models.js';

const schedule = constantSchedule(1e-3);

/** The three kinds of AdamW, with the options of the generators. */
const optimizers = {
  addons: adamW({ schedule, weightDecay: 1e-3, decay: 'independent', epsilonOn: 'raw' }),
  keras: adamW({ schedule, weightDecay: 0.5, epsilonOn: 'raw' }),
  torch: adamW({ schedule, weightDecay: 0.5 }),
} as const;

const cases = [
  ['keras2', 'addons'],
  ['keras2', 'keras'],
  ['keras3', 'keras'],
  ['torch', 'torch'],
] as const;

/** The i-th of the tensors stacked along the first axis. */
const at = ({ dtype, shape, data }: HostTensor, i: number): HostTensor => {
  const length = data.length / shape[0]!;
  return { dtype, shape: shape.slice(1), data: data.slice(i * length, (i + 1) * length) };
};

describe('ten updates on given gradients of very different sizes', () => {
  it.each(cases)('%s: AdamW of %s', (library, name) => {
    const { tensors, about } = fixture(`${library}-updates`);
    const optimizer = optimizers[name];
    const golden = tensors[name]!;
    const pairs: Pair[] = [];
    tidy(() => {
      let params = { x: toTensor(tensors.start!) };
      let state = map<{ readonly shape: readonly number[] }, Tensor>(() => tensor(new Float32Array(32)))(
        optimizer.init({ x: { shape: [32] } }),
      ) as Parameters<typeof optimizer.update>[1];
      for (let step = 0; step < golden.shape[0]!; step++) {
        const given = { x: toTensor(at(tensors.gradients!, step)) };
        const next = optimizer.update(given, state, params, tensor(step, [], 'float32'));
        params = { x: params.x.add(next.updates.x) };
        state = next.state;
        pairs.push([`step ${step + 1}`, { shape: [32], data: params.x.dataSync() }, at(golden, step)]);
      }
    });
    expectAgreement(
      { what: 'AdamW, ten updates on given gradients', against: about(name) as string, tolerance: 1e-6 },
      pairs,
    );
  });
});

describe('ten steps of training the SL model', () => {
  it.each(cases)('%s: AdamW of %s', async (library, name) => {
    const { tensors, about } = fixture(`${library}-training`);
    const against = about(name) as string;
    const config = inSmall(presets[library].sl, about('config'));
    const declaration = orThrow(declareVit(config));
    const optimizer = optimizers[name];
    const engine = await orThrow(jit({ threads: 1 }));
    const objective = orThrow(classification({ classes: config.classes, labelSmoothing: smoothings[library] }));
    const step = engine.compile(trainStep({ model: vit(config), objective, optimizer }));
    const golden = within(tensors, name);
    const pairs: Pair[] = [];
    let state = engine.fromHost({
      ...initialize(key(0))(declareState(declaration, optimizer)),
      params: asParams(declaration, within(tensors, 'start')),
    }) as unknown as Values<TrainState<VitParams>>;
    const last = tensors.images!.shape[0]!;
    for (let count = 1; count <= last; count++) {
      const batch = engine.fromHost({ input: at(tensors.images!, count - 1), target: at(tensors.labels!, count - 1) });
      const next = await orThrow(step({ state, batch } as never, key(0)));
      state = next.state as Values<TrainState<VitParams>>;
      const kept: Named = within(golden, String(count));
      if (Object.keys(kept).length > 0) {
        const hosts = await orThrow(engine.toHost(state.params));
        pairs.push(
          ...entries<HostTensor>(hosts).map(
            ([path, ours]): Pair => [`step ${count}, ${showPath(path)}`, ours, kept[showPath(path)]!],
          ),
        );
      }
    }
    // The gradient of a key's bias is 0 in exact arithmetic, and Adam turns its rounding errors into whole steps.
    const isKeyBias = ([path]: Pair): boolean => path.endsWith('key/bias');
    const keyBiases = pairs.filter(isKeyBias);
    const what = 'SL model, ten steps of AdamW';
    expectAgreement(
      { what, against, tolerance: 1e-5 },
      pairs.filter((pair) => !isKeyBias(pair)),
    );
    if (keyBiases.length > 0) {
      expectAgreement({ what: `${what}, biases of keys`, against, tolerance: 1e-3 }, keyBiases);
    }
  });
});
