/** Every engine computes what double precision gives. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import type { Key } from '../../core/key.js';
import { map } from '../../core/tree.js';
import { inDoublePrecision } from '../internal/double-precision.js';
import { disagreement, type EngineOptions, usualEngines } from '../internal/engines.js';
import { numbersOf, onCpu } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type Arguments, differentiated, doubles, finiteProblem } from './in-training.js';
import { type LayerCase, type Sample, withSample } from './subject.js';

/** Rounding in float32, also in a deep network. */
const TOLERANCE = 2e-5;

interface Given extends Arguments {
  readonly weights: Tensor;
}

const inDouble = (sample: Sample): { readonly notFinite: Problem; readonly expected: unknown } => {
  const { given, weights, key } = doubles(sample);
  const made = differentiated(sample.layer, given, weights, key);
  const onHost = map<Tensor, unknown>((leaf) => ({ shape: leaf.shape, dtype: leaf.dtype, data: numbersOf(leaf) }));
  return { notFinite: finiteProblem(made.output), expected: onHost(made) };
};

const enginesProblem = async (sample: Sample, { engines = usualEngines }: EngineOptions): Promise<Problem> => {
  const { layer, params, x, weights, drawKey } = sample;
  const f = (given: Given, key: Key) => differentiated(layer, given, given.weights, key);
  const { notFinite, expected } = await onCpu(() => inDoublePrecision(() => inDouble(sample)));
  return notFinite ?? disagreement(engines, { f, hosts: { params, x, weights }, key: drawKey }, TOLERANCE, expected);
};

/** The output, the gradients and the next state of a layer in training are the same, but for rounding, on every engine and in double precision. */
export const enginesAgree = (cases: fc.Arbitrary<LayerCase>, options: EngineOptions): Law =>
  makeLaw({
    name: 'eager and jit agree, and with double precision',
    cases,
    problemOf: (given) => withSample(given, (sample) => enginesProblem(sample, options)),
    lookAt: 'tensors made outside of apply, reads of numbers in it, and differences of nearly equal numbers',
    runs: 1,
  });
