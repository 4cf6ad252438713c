import type { RunResults } from './results.js';
import { percent, range, SPACE, signed, signedRange, whole } from './text.js';

/** The result of a run in plain text: one sentence, and its uncertainty. */
export interface Headline {
  readonly sentence: string;
  readonly confidence: string;
}

const oneSeed = (trained: string): string =>
  `${trained} was trained once: the interval covers the choice of test images, not the choice of seed.`;
const ONE_SEED = oneSeed('Each model');

/** The result in words, with the number of test images and the uncertainty that follows from it. */
export const headline = ({ models, gain }: RunResults): Headline => {
  const first = models[0];
  const last = models.at(-1);
  if (first === undefined || last === undefined) return { sentence: 'No model was trained', confidence: '' };
  const images = `${whole(last.test.images)} test images`;
  const [baseline, candidate] = [first.test.top1, last.test.top1];
  if (models.length === 1) {
    return {
      sentence: `${last.name}: ${percent(candidate.value)} top-1 accuracy on ${images}`,
      confidence: `The 95${SPACE}% confidence interval is ${range(candidate)}. ${oneSeed('The model')}`,
    };
  }
  const difference = gain ?? { value: candidate.value - baseline.value };
  const sentence = `${last.name} against ${first.name}: ${signed(difference.value)}${SPACE}points top-1 on ${images}`;
  if (gain !== undefined) {
    const verdict =
      gain.low > 0 || gain.high < 0
        ? 'which excludes zero'
        : 'which includes zero: the difference may be due to chance';
    return {
      sentence,
      confidence: `Top-1 accuracy is ${percent(candidate.value)}, against ${percent(baseline.value)} for ${first.name}. The 95${SPACE}% confidence interval of the difference is ${signedRange(gain)} points, ${verdict}. ${ONE_SEED}`,
    };
  }
  const overlap = baseline.low <= candidate.high && candidate.low <= baseline.high;
  return {
    sentence,
    confidence: `The 95${SPACE}% confidence intervals of ${first.name} (${range(baseline)}) and ${last.name} (${range(candidate)}) ${
      overlap ? 'overlap, so the difference may be due to chance' : 'do not overlap'
    }. ${ONE_SEED}`,
  };
};
