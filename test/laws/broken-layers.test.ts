/** Each law of layers finds what it is for: a table of broken layers, with the law that each must break. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { shape } from '../../src/core/axes.js';
import { declare, parameter } from '../../src/core/declaration.js';
import { bernoulli, uniform } from '../../src/core/draws.js';
import { int32 } from '../../src/core/host-tensor.js';
import { normalWith, zeros } from '../../src/core/initializers.js';
import { key } from '../../src/core/key.js';
import type { AnyLayer } from '../../src/core/layer.js';
import { stateParameter, update } from '../../src/core/state.js';
import { customGradient } from '../../src/core/tfjs/custom-gradient.js';
import { type Law, layerLaws } from '../../src/laws/index.js';
import { testFindings } from './broken.js';

const input = shape(['batch', 'feature'], [3, 4]);

/** A right layer: y = tanh(scale · x). */
const scale = parameter({ feature: 4 }, normalWith(1));
const right: AnyLayer = {
  init: (given) => E.right(declare({ scale }, given)),
  apply: ({ scale: factor }, x) => tf.tanh(tf.mul(x, factor)),
};
/** The same followed by dropout. */
const dropping: AnyLayer = {
  init: (given) => E.right(declare({ scale }, given, { draws: [[]] })),
  apply: (params, x, context) => {
    const y = right.apply(params, x, context);
    return context.mode === 'eval' ? y : tf.mul(y, tf.cast(bernoulli(context.key, 0.5, y.shape), 'float32'));
  },
};
/** The same with a state: the mean of all inputs of the last step. */
const seen = stateParameter({}, zeros);
const remembering: AnyLayer = {
  init: (given) => E.right(declare({ scale, seen }, given)),
  apply: (params, x, context) => {
    update(context, params.seen, () => tf.mean(x));
    return right.apply(params, x, context);
  },
};
const applying = (apply: AnyLayer['apply']): AnyLayer => ({ ...right, apply });

const twice = customGradient({
  forward: (x: tf.Tensor) => ({ value: tf.mul(x, 2), saved: [] }),
  gradient: (dy) => [tf.mul(dy, 2.001)],
});
let calls = 0;

let outside: tf.Tensor | undefined;
const captured = (): tf.Tensor => {
  outside ??= tf.keep(tf.scalar(2));
  return outside;
};

const gone = (): tf.Tensor => {
  const made = tf.ones([4]);
  made.dispose();
  return made;
};

const broken: readonly (readonly [what: string, layer: AnyLayer, law: string])[] = [
  [
    'the output has another size than declared',
    applying((params, x, context) => tf.concat([right.apply(params, x, context), x], 1)),
    'apply returns the output that init declares',
  ],
  [
    'the output differs in evaluation',
    applying((params, x, context) => (context.mode === 'eval' ? tf.sum(x, 1) : right.apply(params, x, context))),
    'apply returns the output that init declares',
  ],
  [
    'init is not the same twice',
    { ...right, init: (given) => E.right(declare({ scale }, given, { macs: calls++ })) },
    'the initial parameters are those that init declares',
  ],
  [
    'an initializer gives whole numbers',
    {
      ...right,
      init: (given) =>
        E.right(
          declare(
            { scale: { ...scale, initializer: { name: 'ones', sample: () => int32([4], [1, 1, 1, 1]) } } },
            given,
          ),
        ),
    },
    'the initial parameters are those that init declares',
  ],
  [
    'an initializer gives infinity',
    { ...right, init: (given) => E.right(declare({ scale: parameter({ feature: 4 }, normalWith(Infinity)) }, given)) },
    'the initial parameters are those that init declares',
  ],
  [
    'init throws',
    {
      ...right,
      init: (given) => {
        if (given.axes.length !== 2) throw new Error('expected two axes');
        return right.init(given);
      },
    },
    'init refuses with a ShapeError and never throws',
  ],
  [
    'a gradient is wrong by half a thousandth',
    applying((params, x, context) => right.apply(params, twice(x), context)),
    'gradients are those of finite differences',
  ],
  [
    'an operation without a gradient',
    applying((params, x, context) =>
      tf.add(right.apply(params, x, context), tf.reshape(tf.unique(tf.reshape(x, [-1])).values, x.shape)),
    ),
    'gradients are those of finite differences',
  ],
  [
    'a random number that is not of the key',
    applying((params, x, context) => tf.mul(right.apply(params, x, context), Math.random())),
    'the same key gives the same bits',
  ],
  [
    'a counter outside of the parameters',
    applying((params, x, context) => tf.add(right.apply(params, x, context), calls++)),
    'the same key gives the same bits',
  ],
  [
    'a draw that is not declared',
    { ...dropping, init: right.init },
    'training draws from the declared keys; other names, other bits',
  ],
  [
    'a declared draw that comes from a key of its own',
    {
      ...dropping,
      apply: (params, x) => tf.mul(right.apply(params, x, { mode: 'eval', path: [] }), uniform(key(1), x.shape)),
    },
    'training draws from the declared keys; other names, other bits',
  ],
  [
    'dropout in evaluation',
    {
      ...dropping,
      apply: (params, x, context) =>
        dropping.apply(params, x, Object.assign({ key: key(1) }, context, { mode: 'train' as const })),
    },
    'evaluation draws nothing',
  ],
  [
    'the input is disposed',
    applying((params, x, context) => {
      const y = right.apply(params, x, context);
      if (context.mode === 'eval') x.dispose();
      return y;
    }),
    'apply leaves its arguments as they are',
  ],
  [
    'the numbers of a parameter are changed',
    applying((params, x, context) => {
      params.scale.dataSync()[0] = 1;
      return right.apply(params, x, context);
    }),
    'apply leaves its arguments as they are',
  ],
  [
    'a state that is never updated',
    { ...remembering, apply: right.apply },
    'training updates every state, and nothing else',
  ],
  [
    'an update of a parameter that is learned',
    applying((params, x, context) => {
      update(context, params.scale, () => tf.mul(params.scale, 0.9));
      return right.apply(params, x, context);
    }),
    'training updates every state, and nothing else',
  ],
  [
    'a state that becomes infinite',
    {
      ...remembering,
      apply: (params, x, context) => {
        update(context, params.seen, () => tf.div(params.seen, 0));
        return right.apply(params, x, context);
      },
    },
    'training updates every state, and nothing else',
  ],
  [
    'a state with a random number that is not of the key',
    {
      ...remembering,
      apply: (params, x, context) => {
        update(context, params.seen, () => tf.scalar(Math.random()));
        return right.apply(params, x, context);
      },
    },
    'the same key gives the same bits',
  ],
  [
    'a tensor is kept',
    applying((params, x, context) => tf.keep(right.apply(params, x, context))),
    'no tensor is left, also after a throw',
  ],
  [
    'a tensor is kept until the end, which a throw prevents',
    applying((params, x, context) => {
      const kept = tf.keep(tf.mul(x, 1));
      const y = right.apply(params, kept, context);
      kept.dispose();
      return tf.mul(y, 1);
    }),
    'no tensor is left, also after a throw',
  ],
  [
    'a normalization over the batch',
    applying((params, x, context) => right.apply(params, tf.sub(x, tf.mean(x, 0, true)), context)),
    'the elements of a batch are independent',
  ],
  [
    'a parameter for each element of the batch',
    {
      init: (given) =>
        E.right(declare({ scale: parameter({ batch: given.sizes[0] ?? 0, one: 1 }, normalWith(1)) }, given)),
      apply: right.apply,
    },
    'the elements of a batch are independent',
  ],
  [
    'macs of a layer without products',
    { ...right, init: (given) => E.right(declare({ scale }, given, { macs: 4 })) },
    'the macs that init declares are those of apply',
  ],
  [
    'a matrix product that is not among the macs',
    {
      init: (given) => E.right(declare({ weight: parameter({ in: 4, out: 4 }, normalWith(1)) }, given)),
      apply: ({ weight }, x) => tf.matMul(x, weight),
    },
    'the macs that init declares are those of apply',
  ],
  [
    'macs of one of two products',
    {
      init: (given) =>
        E.right(
          declare({ weight: parameter({ in: 4, out: 4 }, normalWith(1)) }, given, { macs: given.sizes[0]! * 16 }),
        ),
      apply: ({ weight }, x) => tf.matMul(tf.tanh(tf.matMul(x, weight)), weight),
    },
    'the macs that init declares are those of apply',
  ],
  [
    'a tensor from outside',
    applying((params, x, context) => tf.mul(right.apply(params, x, context), captured())),
    'eager and jit agree, and with double precision',
  ],
  [
    'numbers that are read',
    applying((params, x, context) => tf.mul(right.apply(params, x, context), x.dataSync()[0] ?? 0)),
    'eager and jit agree, and with double precision',
  ],
  [
    'a difference of nearly equal numbers',
    applying((params, x, context) => tf.sub(tf.add(right.apply(params, x, context), 1e4), 1e4)),
    'eager and jit agree, and with double precision',
  ],
  [
    'a parameter with a name that the file format reserves',
    {
      init: (given) => E.right(declare({ __metadata__: scale }, given)),
      apply: ({ __metadata__: factor }, x) => tf.mul(x, factor),
    },
    'parameters survive a checkpoint',
  ],
];

const lawsOf = (layer: AnyLayer): readonly Law[] => layerLaws({ layer, input });

testFindings(
  lawsOf,
  [
    ['a layer', right],
    ['a layer that draws', dropping],
    ['a layer with state', remembering],
  ],
  broken,
);

test('a failure says the law, the case, what is wrong, where to look and how to try it again', async () => {
  const [, layer, name] = broken.find(([what]) => what.startsWith('a gradient is wrong')) ?? [];
  const law = lawsOf(layer ?? right).find((each) => each.name === name);
  const message = await law?.check({ seed: 7 }).then(String, String);
  expect(message).toMatch(/the law 'gradients are those of finite differences' does not hold/);
  expect(message).toMatch(/counterexample: input \[batch 3, feature 4\], seed \d+/);
  expect(message).toMatch(/problem: +x\[\d\]: the gradient is \S+, but finite differences give \S+/);
  expect(message).toMatch(/look at: +customGradient in apply/);
  expect(message).toMatch(/once more: +law\.check\({'seed':7,'path':'[\d:]+'}\)/);
});

const messageFor = async (layer: AnyLayer, name: string): Promise<string | undefined> =>
  lawsOf(layer)
    .find((law) => law.name === name)
    ?.check()
    .then(String, String);

test.each([
  [
    'an operation that does not fit',
    (x: tf.Tensor) => tf.add(x, tf.ones([7])),
    'could not be broadcast together with shapes 3,4 and 7',
  ],
  ['a tensor that was disposed', (x: tf.Tensor) => tf.add(x, gone()), 'disposed'],
])('what throws, %s, is shown with the line that called it', async (_, f, problem) => {
  const message = await messageFor(
    applying((__, x) => f(x)),
    'apply returns the output that init declares',
  );
  expect(message).toContain(problem);
  expect(message).toMatch(/look at: +\S*test\/laws\/broken-layers\.test\.ts:\d+:\d+\n/);
});

test.each(['gradients are those of finite differences', 'eager and jit agree, and with double precision'])(
  'where the output is not finite, the law that %s says how to give other numbers',
  async (name) => {
    const message = await messageFor(
      applying((params, x, context) => tf.log(right.apply(params, x, context))),
      name,
    );
    expect(message).toContain('the output is not finite; if the layer takes only some numbers');
  },
);

test('the law of macs names the line of a layer that cannot be traced, and what the macs are', async () => {
  const messageFor = async (layer: AnyLayer): Promise<string | undefined> =>
    lawsOf(layer)
      .find(({ name }) => name.startsWith('the macs'))
      ?.check()
      .then(String, String);
  expect(await messageFor(applying((_, x) => tf.mul(x, x.dataSync()[0] ?? 0)))).toMatch(
    /apply cannot be traced \(traced-value-read\): .*broken-layers\.test\.ts:\d+/,
  );
  const product: AnyLayer = {
    init: (given) => E.right(declare({ weight: parameter({ in: 4, out: 4 }, normalWith(1)) }, given)),
    apply: ({ weight }, x) => tf.matMul(x, weight),
  };
  expect(await messageFor(product)).toContain(
    'init declares 0 macs, but the matrix products and convolutions of apply have 48',
  );
});

test('an undeclared draw says how it is declared', async () => {
  const [, layer] = broken.find(([, , name]) => name.startsWith('training draws')) ?? [];
  const law = lawsOf(layer ?? right).find(({ name }) => name.startsWith('training draws'));
  await expect(law?.check()).rejects.toThrow('{ draws: [[]] } for one from context.key');
});
