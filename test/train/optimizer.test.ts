import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { initialize, parameter } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { zeros } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import { leaves, map, zipWith } from '../../src/core/tree.js';
import { tensorsByPath } from '../../src/train/checkpoint.js';
import {
  adamW,
  addDecayedWeights,
  chain,
  clipByGlobalNorm,
  constantSchedule,
  globalNorm,
  type Optimizer,
  scaleByAdam,
  scaleByLearningRate,
} from '../../src/train/index.js';
import { bits, byPath, expectClose, noise, tensorOf } from '../core/harness.js';

const STEPS = 10;
const shapes = { blocks: [{ weight: [2, 3] }, { weight: [3] }], temperature: [] } as const;
type Shapes = typeof shapes;
type Tree = { readonly blocks: readonly { readonly weight: tf.Tensor }[]; readonly temperature: tf.Tensor };
const paths = ['blocks/0/weight', 'blocks/1/weight', 'temperature'];

const tensors = (seed: number, factor: number): Tree => {
  const one = (shape: readonly number[], i: number) => tf.mul(tensorOf(noise(seed + 100 * i, shape)), factor);
  const [a, b] = shapes.blocks as Shapes['blocks'];
  return { blocks: [{ weight: one(a.weight, 1) }, { weight: one(b.weight, 2) }], temperature: one([], 3) };
};
const start = tensors(1, 1);
const gradientAt = (step: number): Tree => tensors(1000 + step, 10 ** ((step % 4) - 2));
const specs = {
  blocks: shapes.blocks.map(({ weight }) => ({ weight: parameter({ n: weight[0] }, zeros) })),
  temperature: parameter({}, zeros),
};

/** The declared state of an optimizer as tensors, with the shapes of the parameters of this test. */
const stateOf = (optimizer: Optimizer) => {
  const real = map<{ readonly shape: readonly number[] }, unknown>((leaf) => leaf)(specs);
  const flatShapes = [[2, 3], [3], []];
  let next = 0;
  return map<HostTensor, tf.Tensor>(() => tf.zeros(flatShapes[next++ % 3]!))(
    initialize(key(1))(optimizer.init(real)),
  ) as never;
};

const train = (optimizer: Optimizer): readonly (readonly number[])[] => {
  let [params, state] = [start, stateOf(optimizer)];
  for (let step = 0; step < STEPS; step++) {
    const next = optimizer.update(gradientAt(step), state, params, tf.scalar(step));
    params = zipWith<tf.Tensor, tf.Tensor, tf.Tensor>((p, u) => tf.add(p, u))(params, next.updates) as unknown as Tree;
    state = next.state as never;
  }
  return leaves<tf.Tensor>(params).map(bits);
};

interface Recipe {
  readonly rate: (step: number) => number;
  readonly decay: number;
  readonly form: 'scaled' | 'independent' | 'l2';
  readonly epsilon: number;
  readonly epsilonOn: 'corrected' | 'raw';
  readonly decays?: (path: string) => boolean;
  readonly clip?: number;
  readonly factor?: (path: string) => number;
}

/** AdamW in double precision, number by number, from the formulas of the papers and of Keras. */
const reference = (recipe: Recipe): readonly (readonly number[])[] => {
  const [beta1, beta2] = [0.9, 0.999];
  const p = leaves<tf.Tensor>(start).map((leaf) => [...bits(leaf)]);
  const m = p.map((leaf) => leaf.map(() => 0));
  const v = p.map((leaf) => leaf.map(() => 0));
  for (let step = 0; step < STEPS; step++) {
    const t = step + 1;
    const base = recipe.rate(step);
    const raw = leaves<tf.Tensor>(gradientAt(step)).map((leaf) => [...bits(leaf)]);
    const norm = Math.sqrt(raw.flat().reduce((sum, g) => sum + g * g, 0));
    const shrink = recipe.clip !== undefined && norm > recipe.clip ? recipe.clip / norm : 1;
    for (const [leaf, values] of p.entries()) {
      const rate = base * (recipe.factor?.(paths[leaf]!) ?? 1);
      for (const i of values.keys()) {
        const before = values[i]!;
        const decay = recipe.decays?.(paths[leaf]!) === false ? 0 : recipe.decay;
        const g = raw[leaf]![i]! * shrink + (recipe.form === 'l2' ? decay * before : 0);
        m[leaf]![i] = beta1 * m[leaf]![i]! + (1 - beta1) * g;
        v[leaf]![i] = beta2 * v[leaf]![i]! + (1 - beta2) * g * g;
        const adam =
          recipe.epsilonOn === 'corrected'
            ? m[leaf]![i]! / (1 - beta1 ** t) / (Math.sqrt(v[leaf]![i]! / (1 - beta2 ** t)) + recipe.epsilon)
            : ((Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)) * m[leaf]![i]!) /
              (Math.sqrt(v[leaf]![i]!) + recipe.epsilon);
        if (recipe.form === 'scaled') values[i] = before - rate * decay * before - rate * adam;
        else if (recipe.form === 'independent') values[i] = before - decay * before - rate * adam;
        else values[i] = before - rate * adam;
      }
    }
  }
  return p;
};

const halving = (step: tf.Tensor): tf.Tensor => tf.div(0.02, tf.add(step, 1));
const forms = ['scaled', 'independent', 'l2'] as const;
const places = ['corrected', 'raw'] as const;

describe('ten steps of AdamW', () => {
  for (const form of forms)
    for (const epsilonOn of places)
      test.each([
        ['a small ε', 1e-7],
        ['a large ε', 0.05],
      ])(`decay ${form}, ε ${epsilonOn}, %s`, (_, epsilon) => {
        const optimizer = adamW({ schedule: halving, weightDecay: 0.03, decay: form, epsilon, epsilonOn });
        const expected = reference({ rate: (step) => 0.02 / (step + 1), decay: 0.03, form, epsilon, epsilonOn });
        for (const [i, leaf] of train(optimizer).entries()) expectClose(leaf, expected[i]!);
      });

  test('the kinds of decay and of ε differ by far more than the tolerance', () => {
    const all = forms.flatMap((form) =>
      places.map((epsilonOn) => reference({ rate: () => 0.02, decay: 0.03, form, epsilon: 0.05, epsilonOn })),
    );
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1))
        expect(a.flat().some((value, j) => Math.abs(value / b.flat()[j]! - 1) > 1e-3)).toBe(true);
  });

  test('by default, decay is scaled and ε is 1e-8, as in PyTorch; raw ε is 1e-7, as in Keras', () => {
    const common = { rate: () => 0.02, decay: 0.03, form: 'scaled' } as const;
    const tiny = (options: object) =>
      train(adamW({ schedule: constantSchedule(0.02), weightDecay: 0.03, ...options })).flat();
    expectClose(tiny({}), reference({ ...common, epsilon: 1e-8, epsilonOn: 'corrected' }).flat());
    // A gradient as small as ε shows its value.
    const first = (options: object): number => {
      const adam = scaleByAdam(options);
      const zero = { mean: { w: tf.zeros([1]) }, variance: { w: tf.zeros([1]) } };
      return bits(adam.update({ w: tf.tensor1d([1e-7]) }, zero, { w: tf.ones([1]) }, tf.scalar(0)).updates.w)[0]!;
    };
    expectClose([first({})], [1e-7 / (1e-7 + 1e-8)]);
    const root = Math.sqrt(0.001);
    expectClose([first({ epsilonOn: 'raw' })], [(root * 1e-7) / (root * 1e-7 + 1e-7)]);
  });

  test('a mask by path keeps parameters from decaying', () => {
    const decays = (path: string): boolean => path.endsWith('weight');
    for (const form of forms) {
      const optimizer = adamW({
        schedule: constantSchedule(0.02),
        weightDecay: 0.1,
        decay: form,
        decayMask: (path) => decays(path.join('/')),
      });
      const recipe = { rate: () => 0.02, decay: 0.1, form, epsilon: 1e-8, epsilonOn: 'corrected', decays } as const;
      expectClose(train(optimizer).flat(), reference(recipe).flat());
    }
  });

  test('groups of parameters have rates of their own, scaled decay included', () => {
    const factor = (path: string): number => ({ 'blocks/0/weight': 0.1, temperature: 3 })[path] ?? 1;
    for (const form of forms) {
      const optimizer = adamW({
        schedule: halving,
        weightDecay: 0.1,
        decay: form,
        rateFactor: (path) => factor(path.join('/')),
      });
      const recipe = { decay: 0.1, form, epsilon: 1e-8, epsilonOn: 'corrected', factor } as const;
      expectClose(train(optimizer).flat(), reference({ ...recipe, rate: (step) => 0.02 / (step + 1) }).flat());
    }
  });

  test('gradients are clipped before decay and Adam', () => {
    for (const form of forms) {
      const optimizer = adamW({ schedule: constantSchedule(0.02), weightDecay: 0.1, decay: form, clip: 0.5 });
      const recipe = { rate: () => 0.02, decay: 0.1, form, epsilon: 1e-8, epsilonOn: 'corrected', clip: 0.5 } as const;
      expectClose(train(optimizer).flat(), reference(recipe).flat());
    }
  });
});

describe('clipping', () => {
  const updates = { a: tf.tensor1d([3, 0]), b: [tf.scalar(4)] } as const;
  const clipped = (limit: number) => {
    const result = clipByGlobalNorm(limit).update(updates, {}, updates, tf.scalar(0)).updates;
    return leaves<tf.Tensor>(result).flatMap(bits);
  };

  test('uses the norm of the whole tree', () => {
    expect(bits(globalNorm(updates))).toEqual([5]);
    expectClose(clipped(1), [0.6, 0, 0.8]);
    expect(clipped(5)).toEqual([3, 0, 4]);
    expect(clipped(6)).toEqual([3, 0, 4]);
  });

  test('of zeros gives zeros', () => {
    const none = { a: tf.zeros([3]) };
    expect(bits(clipByGlobalNorm(1).update(none, {}, none, tf.scalar(0)).updates.a)).toEqual([0, 0, 0]);
  });
});

describe('chain', () => {
  const rate = scaleByLearningRate(constantSchedule(0.1));

  test('without links changes nothing', () => {
    const { updates, state } = chain({}).update(start, {}, start, tf.scalar(0));
    expect(leaves<tf.Tensor>(updates)).toEqual(leaves<tf.Tensor>(start));
    expect([state, chain({}).init(specs)]).toEqual([{}, {}]);
  });

  test('within a chain computes the same as the flat chain', () => {
    const flat = chain({ clip: clipByGlobalNorm(1), adam: scaleByAdam(), decay: addDecayedWeights(0.1), rate });
    const deep = chain({
      first: chain({ clip: clipByGlobalNorm(1), adam: scaleByAdam() }),
      last: chain({ decay: addDecayedWeights(0.1), rate }),
    });
    expect(train(deep)).toEqual(train(flat));
  });

  test('applies its links in order: decay before and after Adam differ', () => {
    const before = chain({ decay: addDecayedWeights(0.1), adam: scaleByAdam(), rate });
    const after = chain({ adam: scaleByAdam(), decay: addDecayedWeights(0.1), rate });
    expect(train(before)).not.toEqual(train(after));
  });

  test('its links may have any name: no two tensors of its state share a path', () => {
    const optimizer = chain({
      'first/second': scaleByAdam(),
      first: chain({ second: scaleByAdam() }),
      ['__proto__']: scaleByAdam(),
      '': scaleByAdam(),
      rate,
    });
    const state = optimizer.init(specs);
    expect(leaves(state)).toHaveLength(4 * 2 * paths.length);
    expect(Object.keys(tensorsByPath(state))).toHaveLength(4 * 2 * paths.length);
    const updated = optimizer.update(gradientAt(0), stateOf(optimizer), start, tf.scalar(0)).state;
    expect(Object.keys(tensorsByPath(updated))).toEqual(Object.keys(tensorsByPath(state)));
  });

  test('its state is readable by name, and an update keeps its structure', () => {
    const optimizer = adamW({ schedule: constantSchedule(0.1), weightDecay: 0.1, clip: 1 });
    const declared = Object.keys(byPath(optimizer.init(specs)));
    expect(declared).toContain('adam/variance/blocks/0/weight');
    expect(declared).toHaveLength(2 * paths.length);
    const { state } = optimizer.update(gradientAt(0), stateOf(optimizer), start, tf.scalar(0));
    expect(Object.keys(byPath(state)).sort()).toEqual([...declared].sort());
  });
});
