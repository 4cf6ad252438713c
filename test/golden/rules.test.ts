import '../support/tfjs.js';
import { scalar, tidy } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { blank } from '../../src/data/image.js';
import { splitValidation } from '../../src/data/select-images.js';
import { inTopK } from '../../src/train/objectives/top-k.js';
import { type WarmUpCosine, warmUpCosine } from '../../src/train/schedule.js';
import { expectAgreement } from './agreement.js';
import { fixture, toTensor } from './fixture.js';

type Options = readonly [base: number, total: number, warmUp: number, start: number];
const optionsOf = ([base, totalSteps, warmUpSteps, warmUpRate]: Options): WarmUpCosine => ({
  learningRate: base,
  totalSteps,
  warmUpSteps,
  initialLearningRate: warmUpRate,
});

const ratesOf = (options: WarmUpCosine, steps: ArrayLike<number>) => {
  const schedule = orThrow(warmUpCosine(options));
  return float32(
    [steps.length],
    tidy(() => Array.from(steps, (step) => schedule(scalar(step)).dataSync()[0]!)),
  );
};

describe.each(['keras2', 'keras3'])('rules of %s', (library) => {
  const { tensors, about, source } = fixture(`${library}-rules`);

  it('the warm-up cosine schedule has the same rates before, during and after', () => {
    const schedules = about('schedules') as readonly Options[];
    expectAgreement(
      { what: 'warm-up cosine schedule of the example, whole range', against: source, tolerance: 1e-6 },
      schedules.map((options, i) => [
        String(options),
        ratesOf(optionsOf(options), tensors[`schedule/${i}/steps`]!.data),
        tensors[`schedule/${i}/rates`]!,
      ]),
    );
  });

  it('the schedule rejects what the Keras example rejects', () => {
    const refused = about('refused') as readonly (readonly [Options, boolean])[];
    expect(refused.filter(([, raises]) => raises)).toHaveLength(2);
    for (const [options, raises] of refused) {
      expect(E.isLeft(warmUpCosine(optionsOf(options))), String(options)).toBe(raises);
    }
  });

  const judge = (k: number) =>
    tidy(() => inTopK(toTensor(tensors['top-k/logits']!), toTensor(tensors['top-k/labels']!), k).dataSync());
  const rows = () => {
    const [logits, labels] = [tensors['top-k/logits']!.data, tensors['top-k/labels']!.data];
    return Array.from(labels, (label, i) => ({ label, row: [...logits.subarray(i * 9, (i + 1) * 9)] }));
  };
  const isClear = ({ label, row }: { readonly label: number; readonly row: readonly number[] }) =>
    row.every(Number.isFinite) && row.filter((x) => x === row[label]).length === 1;

  it('top-k accuracy agrees where no logit ties with that of the label', () => {
    const clear = rows().map(isClear);
    const only = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => clear[i]);
    expect(only(clear.map(Number)).length).toBeGreaterThan(50);
    expectAgreement(
      { what: 'top-k accuracy, k = 1, 2, 5, 9, without ties', against: source, tolerance: 0 },
      [1, 2, 5, 9].map((k) => {
        const [ours, theirs] = [only(judge(k)), only(tensors[`top-k/${k}`]!.data)];
        return [`top-${k}`, float32([ours.length], ours), float32([theirs.length], theirs)];
      }),
    );
  });

  it('top-k accuracy differs in ties: TensorFlow counts them as hits, we count what guessing gives', () => {
    for (const k of [1, 2, 5]) {
      const [ours, theirs] = [judge(k), tensors[`top-k/${k}`]!.data];
      const ties = rows().flatMap(({ label, row }, i) => {
        const [above, tied] = [row.filter((x) => x > row[label]!).length, row.filter((x) => x === row[label]).length];
        return row.every(Number.isFinite) && tied > 1 && above < k && k < above + tied ? [{ i, above, tied }] : [];
      });
      expect(ties.length).toBeGreaterThan(0);
      expect(ties.map(({ i }) => theirs[i])).toEqual(ties.map(() => 1));
      expect(ties.map(({ i }) => ours[i])).toEqual(ties.map(({ above, tied }) => Math.fround((k - above) / tied)));
    }
  });

  it('the validation split is that of model.fit', () => {
    const fractions = about('fractions') as readonly number[];
    const counts = [...tensors['split/counts']!.data];
    const split = (count: number, fraction: number): number => {
      const image = blank({ height: 1, width: 1, channels: 1 });
      return orThrow(splitValidation(fraction)({ count, classes: [], label: () => 0, image: () => image })).train.count;
    };
    expect(split(50_000, 0.1)).toBe(45_000);
    const cuts = counts.flatMap((count) => fractions.map((fraction) => split(count, fraction)));
    expectAgreement({ what: 'validation split, 12 counts × 6 fractions', against: source, tolerance: 0 }, [
      ['cuts', int32([counts.length, fractions.length], cuts), tensors['split/train']!],
    ]);
  });
});

it("the schedule has the rates of the authors' scheduler over its cycle", () => {
  const { tensors, about, source } = fixture('torch-schedule');
  const [base, totalSteps, warmUpSteps, least] = about('options') as Options;
  const golden = tensors.rates!;
  const rates = ratesOf(
    { learningRate: base, totalSteps, warmUpSteps, initialLearningRate: least, finalLearningRate: least },
    [...golden.data.keys()],
  );
  expectAgreement({ what: 'warm-up cosine schedule, whole range', against: source, tolerance: 1e-6 }, [
    ['rates', rates, golden],
  ]);
});
