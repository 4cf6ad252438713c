/**
 * 11: a layer of your own and its laws. `vitrail/laws` checks what this library demands of its own layers: gradients, randomness, memory, the
 * compiler and more (docs/laws.md). Here they are checked on a right layer, and on two with a mistake that no test of shapes would find.
 *
 *     npx tsx examples/11-laws.ts [cases]              # needs fast-check: npm install --save-dev fast-check@4
 *
 * The layer is squeeze and excitation for tokens (Hu et al. 2018): y = x · sigmoid(mean of the tokens · W). It turns features up or down,
 * depending on the whole image.
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Layer, Same, Tensor, Tokens } from 'vitrail/core';
import {
  customGradient,
  declare,
  expectAxes,
  glorotUniform,
  imageShape,
  named,
  orThrow,
  parameter,
  requireAxes,
  residual,
  serial,
  shape,
  tf,
} from 'vitrail/core';
import { layerLaws } from 'vitrail/laws';
import { classifier, layerNorm, meanPool, patchTokens } from 'vitrail/layers';

interface Excitation {
  readonly weight: Tensor<['in', 'out']>;
}

type Excite = Layer<Excitation, Tokens, Same>;

const excite: Excite = {
  init: (input) =>
    pipe(
      expectAxes(['batch', 'token', 'feature'], input),
      E.map(([batch, , width]) =>
        declare({ weight: parameter({ in: width, out: width }, glorotUniform(width, width)) }, input, {
          macs: batch * width * width,
        }),
      ),
    ),
  apply: ({ weight }, x, context) => {
    const [batch, , width] = requireAxes(context, ['batch', 'token', 'feature'], x);
    const mean: tf.Tensor2D = tf.mean(x, 1);
    const gate = tf.sigmoid(tf.matMul(mean, weight));
    return tf.mul(x, tf.reshape(gate, [batch, 1, width]));
  },
};

// Mistake 1: the mean is taken over the batch as well. It trains, and even well, until somebody predicts a single image.
const leaking: Excite = {
  ...excite,
  apply: ({ weight }, x, context) => {
    const [, , width] = requireAxes(context, ['batch', 'token', 'feature'], x);
    const mean = tf.reshape<tf.Rank.R2>(tf.mean(x, [0, 1]), [1, width]);
    const gate = tf.sigmoid(tf.matMul(mean, weight));
    return tf.mul(x, tf.reshape(gate, [1, 1, width]));
  },
};

// Mistake 2: a gradient by hand that forgets a factor: that of x · sigmoid(x) is not sigmoid(x).
const swish = customGradient({
  forward: (x: tf.Tensor) => ({ value: tf.mul(x, tf.sigmoid(x)), saved: [x] as const }),
  gradient: (dy, [x]) => [tf.mul(dy, tf.sigmoid(x))],
});
const misled: Excite = { ...excite, apply: (params, x, context) => swish(excite.apply(params, x, context)) };

const [numRuns = 5] = process.argv.slice(2).map(Number);
const input = shape(['batch', 'token', 'feature'], [2, 4, 3]);

/** What a law says of a layer: nothing, if it holds. */
const findings = async (layer: Excite): Promise<Readonly<Record<string, string>>> => {
  const said: Record<string, string> = {};
  for (const law of layerLaws({ layer, input }))
    said[law.name] = await law.check({ numRuns, seed: 1 }).then(
      () => '',
      (error: Error) => error.message,
    );
  return said;
};

const [right, leaks, misleads] = [await findings(excite), await findings(leaking), await findings(misled)];
const mark = (message: string | undefined): string => (message === '' ? 'holds' : 'BROKEN');
console.table(
  Object.keys(right).map((law) => ({
    law,
    excite: mark(right[law]),
    leaking: mark(leaks[law]),
    misled: mark(misleads[law]),
  })),
);
// A message says which law, on what case, what is wrong, where to look, and how to try the same case again.
for (const message of [...Object.values(leaks), ...Object.values(misleads)]) if (message !== '') console.log(message);

// A layer that keeps the laws is a part like any other: in models, under every engine, in checkpoints.
const model = serial(
  named('tokens', patchTokens({ patch: 4, dim: 48 })),
  named('excite', residual(serial(named('norm', layerNorm()), named('gate', excite)))),
  meanPool,
  named('classifier', classifier(10)),
);
const { params } = orThrow(model.init(imageShape({ height: 28, width: 28, channels: 1 })));
console.log(`in a model: excite/gate/weight of ${params.excite.gate.weight.shape.join(' × ')}`);
