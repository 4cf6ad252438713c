/** The laws of every optimizer and of every link. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialize, parameter } from '../../src/core/declaration.js';
import type { HostTensor } from '../../src/core/host-tensor.js';
import { ones } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import { leaves, map } from '../../src/core/tree.js';
import { linkLaws, optimizerLaws } from '../../src/laws/index.js';
import { chain, type Optimizer, type OptimizerState } from '../../src/train/index.js';
import { bits, noise, tensorOf } from '../core/harness.js';
import { engineTable } from '../support/engine-table.js';
import { linkTable, optimizerTable } from '../support/optimizer-table.js';

const specs = {
  blocks: [{ weight: parameter({ in: 2, out: 3 }, ones) }, { offset: parameter({ out: 3 }, ones) }],
  temperature: parameter({}, ones),
};
const drawn = (seed: number) =>
  map<{ readonly shape: readonly number[] }, HostTensor>(({ shape }) => noise(seed, shape));
const tensors = map<HostTensor, tf.Tensor>(tensorOf);
const params = tensors(drawn(1)(specs));
const gradientAt = (step: number) => tensors(drawn(100 + step)(specs));
const declaredState = (optimizer: Optimizer): OptimizerState =>
  tensors(initialize(key(1))(optimizer.init(specs))) as unknown as OptimizerState;

const allBits = (...trees: readonly unknown[]) => leaves<tf.Tensor>(trees).map(bits);

/** Updates and state after each of three updates, as bits in the order of the leaves. */
const seen = (optimizer: Optimizer) => {
  let state = declaredState(optimizer);
  return [0, 1, 2].map((step) => {
    const next = optimizer.update(gradientAt(step), state, params, tf.scalar(step));
    state = next.state;
    return allBits(next.updates, next.state);
  });
};

const all = [...linkTable, ...optimizerTable];

const engines = engineTable.map(([, make]) => make);

describe.each(linkTable)('%s', (_, optimizer) => {
  for (const law of linkLaws({ optimizer }, { engines })) test(law.name, () => law.check());
});

describe.each(optimizerTable)('%s', (_, optimizer) => {
  const descent = { steps: 250, to: 0.01 };
  for (const law of optimizerLaws({ optimizer, descent }, { engines })) test(law.name, () => law.check());
});

test.each(all)(
  '%s has the empty chain as neutral element on both sides, and is unchanged as the only link',
  (_, optimizer) => {
    const nothing = chain({});
    const whole = seen(optimizer);
    for (const same of [
      chain({ only: optimizer }),
      chain({ nothing, last: optimizer }),
      chain({ first: optimizer, nothing }),
    ])
      expect(seen(same)).toEqual(whole);
  },
);

test('chains of any links are associative: updates and states', () => {
  const link = fc.constantFrom(...all);
  fc.assert(
    fc.property(link, link, link, ([, f], [, g], [, h]) => {
      const flat = seen(chain({ f, g, h }));
      expect(seen(chain({ f, last: chain({ g, h }) }))).toEqual(flat);
      expect(seen(chain({ first: chain({ f, g }), h }))).toEqual(flat);
    }),
    { numRuns: 30 },
  );
});
