import type { RunResults } from './results.js';
import { percent, range, SPACE, signed, signedRange, whole } from './text.js';

/** What a run says, in plain text: one sentence, and how sure one may be of it. */
export interface Headline {
  readonly sentence: string;
  readonly confidence: string;
}

const ONE_SEED = 'One run of each model: the interval counts the test images, not the luck of the seed.';

/** The result in words, with the test images that it rests on and without more certainty than they give. */
export const headline = ({ models, gain }: RunResults): Headline => {
  const first = models[0];
  const last = models.at(-1);
  if (first === undefined || last === undefined) return { sentence: 'No model was trained', confidence: '' };
  const images = `${whole(last.test.images)} test images`;
  const [baseline, candidate] = [first.test.top1, last.test.top1];
  if (models.length === 1) {
    return {
      sentence: `${last.name}: ${percent(candidate.value)} of ${images} right`,
      confidence: `The 95${SPACE}% interval is ${range(candidate)}. ${ONE_SEED}`,
    };
  }
  const difference = gain ?? { value: candidate.value - baseline.value };
  const sentence = `${last.name}: ${percent(candidate.value)} against ${percent(baseline.value)}, ${signed(difference.value)}${SPACE}points on ${images}`;
  if (gain !== undefined) {
    const verdict =
      gain.low > 0 || gain.high < 0
        ? 'which excludes zero'
        : 'which includes zero: these images cannot tell the two apart';
    return {
      sentence,
      confidence: `The 95${SPACE}% interval of the difference from ${first.name} is ${signedRange(gain)} points, ${verdict}. ${ONE_SEED}`,
    };
  }
  const overlap = baseline.low <= candidate.high && candidate.low <= baseline.high;
  return {
    sentence,
    confidence: `The 95${SPACE}% intervals of ${first.name} (${range(baseline)}) and ${last.name} (${range(candidate)}) ${
      overlap ? 'overlap, so the difference may be chance' : 'do not overlap'
    }. ${ONE_SEED}`,
  };
};
