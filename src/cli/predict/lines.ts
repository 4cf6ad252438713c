import { printable } from '../../core/printable.js';
import type { FilePrediction } from '../../experiment/node/predict-files.js';
import type { Prediction } from '../../experiment/trained-model.js';
import { percent } from '../text.js';

/** How many classes are shown. */
const MOST = 5;

/** Longer paths do not move the classes of the others. */
const WIDEST = 48;

interface ClassProbability {
  readonly class: string;
  readonly probability: number;
}

/** The most probable classes, the first one first. */
const likeliest = ({ probabilities }: Prediction, classes: readonly string[]): readonly ClassProbability[] =>
  classes
    .map((name, i): ClassProbability => ({ class: name, probability: probabilities[i] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST);

/**
 * Prints files and counts them. Predictions go to standard output, as `cat.jpg  tabby 93.1 %, tiger 4.0 %`, and what is left out to
 * standard error; as JSON, everything to standard output.
 */
export const predictionPrinter = (json: boolean, files: readonly string[], classes: readonly string[]) => {
  const width = Math.min(WIDEST, Math.max(0, ...files.map(({ length }) => length)));
  // Mutable: counts as files come.
  let [used, leftOut] = [0, 0];
  return {
    print: (file: FilePrediction, picture: string | undefined): void => {
      if (file.kind === 'skipped') {
        leftOut += 1;
        const { path, reason, detail } = file;
        if (json) console.log(JSON.stringify({ file: path, skipped: reason, detail }));
        else console.error(`${printable(path).padEnd(width)}  left out: ${detail}`);
        return;
      }
      used += 1;
      const likely = likeliest(file.prediction, classes);
      const drawn = picture === undefined ? {} : { attention: picture };
      console.log(
        json
          ? JSON.stringify({ file: file.path, class: file.prediction.label, probabilities: likely, ...drawn })
          : `${printable(file.path).padEnd(width)}  ${likely.map((one) => `${one.class} ${percent(one.probability)}`).join(', ')}`,
      );
    },
    counts: () => ({ used, leftOut }),
  };
};
