/** Each law of metrics finds what it is for. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { float32 } from '../../src/core/host-tensor.js';
import { metricLaws } from '../../src/laws/index.js';
import { type Metric, meanMetric } from '../../src/train/index.js';
import { testFindings } from './broken.js';

type Errors = Metric<tf.Tensor, tf.Tensor>;

const number = fc.integer({ min: -9, max: 9 });
const examples = fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 5 }).map((pairs) => ({
  output: float32(
    [pairs.length],
    pairs.map(([output]) => output + 0.25),
  ),
  target: float32(
    [pairs.length],
    pairs.map(([, target]) => target),
  ),
}));

const squared = (output: tf.Tensor, target: tf.Tensor): tf.Tensor => tf.squaredDifference(output, target);
const measuring = (measure: (output: tf.Tensor, target: tf.Tensor) => tf.Tensor): Errors => meanMetric(measure);
const right = measuring(squared);
const rootMeanSquare: Errors = {
  measure: (output, target) => ({ squares: squared(output, target) }),
  summarize: ({ squares = Number.NaN }, count) => Math.sqrt(squares / count),
};

let calls = 0;
let outside: tf.Tensor | undefined;
const captured = (): tf.Tensor => {
  outside ??= tf.keep(tf.scalar(1));
  return outside;
};

const statistics = 'every example has a finite number for each statistic';
const alone = 'examples are measured alone';
const summary = 'the summary is a finite number, however the examples are split into batches';

testFindings(
  (metric) => metricLaws({ metric, examples }),
  [
    ['a mean', right],
    ['a root of a mean', rootMeanSquare],
  ],
  [
    ['a sum over the batch', measuring((output, target) => tf.sum(squared(output, target))), statistics],
    ['no statistic', { measure: () => ({}), summarize: () => 0 }, statistics],
    ['a logarithm of a negative number', measuring((output, target) => tf.log(tf.sub(output, target))), statistics],
    ['a difference from the mean of the batch', measuring((output) => squared(output, tf.mean(output))), alone],
    ['a rank in the batch', measuring((output, target) => tf.cumsum(squared(output, target))), alone],
    [
      'a summary that divides by zero',
      { ...rootMeanSquare, summarize: ({ squares = Number.NaN }) => squares / 0 },
      summary,
    ],
    ['a summary that counts its calls', { ...rootMeanSquare, summarize: () => calls++ }, summary],
    [
      'a random number',
      measuring((output, target) => tf.mul(squared(output, target), Math.random())),
      'the same arguments give the same bits',
    ],
    [
      'the output is disposed',
      measuring((output, target) => {
        const error = squared(output, target);
        output.dispose();
        return error;
      }),
      'measure leaves its arguments as they are',
    ],
    [
      'a tensor is kept',
      measuring((output, target) => tf.keep(squared(output, target))),
      'no tensor is left, also after a throw',
    ],
    [
      'a tensor from outside',
      measuring((output, target) => tf.mul(squared(output, target), captured())),
      'eager and jit agree, and with double precision',
    ],
  ],
);
