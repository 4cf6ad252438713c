/** What a transform makes of an image: pure, of the declared size, from one key. */
import type fc from 'fast-check';
import { fold } from '../../core/key.js';
import { type Image, sameSize, showSize } from '../../data/image.js';
import { differingNumber } from '../internal/tensors.js';
import { type Law, makeLaw, type Problem } from '../law.js';
import { type Prepared, sourceOf, type TransformCase, withPrepared } from './subject.js';

/** The first difference between two images. */
const difference = (actual: Image, expected: Image): Problem => {
  if (!sameSize(actual, expected)) return `an image ${showSize(actual)} in place of ${showSize(expected)}`;
  const found = differingNumber(actual.data, expected.data);
  return found && `value ${found.at} is ${found.actual} in place of ${found.expected}`;
};

/** What becomes of the image in training and in evaluation. */
const results = ({ pipeline, image, key }: Prepared) =>
  [
    ['in training', pipeline.augment(key, image)],
    ['in evaluation', pipeline.preprocess(image)],
  ] as const;

const sizeProblem = (prepared: Prepared): Problem => {
  const declared = prepared.step.outputSize(prepared.image);
  for (const [when, made] of results(prepared)) {
    if (!sameSize(made, declared))
      return `outputSize gives ${showSize(declared)}, but ${when} the image is ${showSize(made)}`;
    const values = made.height * made.width * made.channels;
    if (made.data.length !== values) return `${when} ${showSize(made)} has ${made.data.length} values`;
    if (!made.data.every(Number.isFinite)) return `${when} the image has values that are not finite`;
  }
  return undefined;
};

const repeatProblem = (prepared: Prepared): Problem => {
  const again = results(prepared);
  for (const [i, [when, made]] of results(prepared).entries()) {
    const different = difference(again[i]?.[1] ?? made, made);
    if (different !== undefined) return `${when} the second time is another than the first: ${different}`;
  }
  return undefined;
};

const keyProblem = ({ step, image, key }: Prepared): Problem => {
  if (step.phase !== 'always') return undefined;
  const different = difference(step.apply(fold(key, 'another'), image), step.apply(key, image));
  return different && `a transform of the phase 'always' depends on its key: ${different}`;
};

const argumentsProblem = (given: TransformCase, prepared: Prepared): Problem => {
  const settings = JSON.stringify(prepared.transform);
  results(prepared);
  if (JSON.stringify(prepared.transform) !== settings) return 'the settings are changed';
  const different = difference(prepared.image, sourceOf(given).image(0));
  return different && `the image that it takes is changed: ${different}`;
};

/** The laws of images. */
export const imageLaws = (cases: fc.Arbitrary<TransformCase>): readonly Law[] => {
  const law = (name: string, problemOf: (given: TransformCase, prepared: Prepared) => Problem, lookAt: string): Law =>
    makeLaw({
      name,
      cases,
      problemOf: (given) => withPrepared(given, (prepared) => problemOf(given, prepared)),
      lookAt,
      runs: 20,
    });
  return [
    law(
      'an image has the declared size and finite values',
      (_, prepared) => sizeProblem(prepared),
      'outputSize, and evaluate of a training transform that changes the size',
    ),
    law(
      'the same key gives the same image',
      (_, prepared) => repeatProblem(prepared),
      'random numbers that do not come from the key, and state outside of the settings',
    ),
    law(
      "a transform of the phase 'always' is not random",
      (_, prepared) => keyProblem(prepared),
      "uses of the key in apply: a random transform has the phase 'training'",
    ),
    law(
      'the image that it takes is left as it is',
      argumentsProblem,
      'writes to image.data in apply: blank gives an image to fill',
    ),
  ];
};
