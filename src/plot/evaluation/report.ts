import { intervalStrip } from '../interval-strip.js';
import { heading, page } from '../page.js';
import { percent, range, SPACE, whole } from '../text.js';
import { calibrationSentence } from './calibration.js';
import type { EvaluationResults } from './results.js';
import { evaluationSections } from './sections.js';

/**
 * The report of an evaluation: one self-contained HTML document. The same results give the same document. A figure that cannot be drawn is
 * replaced by the reason.
 */
export const renderEvaluation = (results: EvaluationResults): string => {
  const { title, model, test, images, calibration } = results;
  const sentence = `${model.name}: ${percent(test.top1.value)} top-1 accuracy on ${whole(test.images)} ${images.which}`;
  const lead = `The 95${SPACE}% confidence interval is ${range(test.top1)}. ${calibrationSentence(calibration)}`;
  return page({
    title,
    header: `${heading(sentence, lead)}${intervalStrip({ models: [{ name: model.name, test }] })}`,
    sections: evaluationSections(results),
  });
};
