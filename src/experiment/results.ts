import { countParameters } from '../core/declaration.js';
import { integer } from '../core/draws.js';
import { fold } from '../core/key.js';
import {
  type EpochMetrics,
  type EpochResult,
  type ModelResult,
  pairedGain,
  type RunResults,
  wilson,
} from '../plot/index.js';
import { bestEpoch } from '../train/early-stopping.js';
import type { EpochRecord, Progress } from '../train/progress.js';
import { experimentKey } from './experiment-key.js';
import type { ExperimentFigures } from './figures.js';
import { judgedBy } from './patience.js';
import type { Prepared } from './prepare.js';
import type { Trained } from './train-model.js';

/** A trained model with its evaluation on the test set. */
export type Tested = Trained & { readonly test: NonNullable<Trained['test']> };

export const isTested = (trained: Trained): trained is Tested => trained.test !== undefined;

const metricsOf = ({
  loss = Number.NaN,
  top1 = Number.NaN,
  top5 = Number.NaN,
}: EpochRecord['train']): EpochMetrics => ({
  loss,
  top1,
  top5,
});

const epochResult = ({ epoch, train, validation, learningRate = Number.NaN }: EpochRecord): EpochResult => ({
  epoch,
  train: metricsOf(train),
  ...(validation === undefined ? {} : { validation: metricsOf(validation) }),
  learningRate,
});

const modelResult = ({ train }: Prepared, { model, progress, test }: Tested): ModelResult => {
  const { history } = progress;
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  const { examples, sums } = test.totals;
  const hits = (metric: string): number => sums[metric]?.total ?? 0;
  return {
    name: model.title,
    parameters: countParameters(model.declaration),
    macs: model.declaration.macs,
    seconds,
    imagesPerSecond: (train.count * history.length) / seconds,
    epochs: history.map(epochResult),
    test: {
      images: examples,
      loss: test.summary.loss,
      top1: wilson(hits('top1'), examples),
      top5: wilson(hits('top5'), examples),
    },
  };
};

/** How far each test image is a hit: a fraction where logits tie. */
const correct = ({ test }: Tested): readonly number[] => test.examples.top1.total ?? [];

/** The test image of the figures. It is drawn from the seed, so that nobody chooses it. */
export const figureIndex = ({ config, dataset }: Prepared): number =>
  integer(fold(experimentKey(config), 'figure'), dataset.test.count);

/** Everything that the report shows. */
export const resultsOf = (
  prepared: Prepared,
  tested: readonly Tested[],
  figures: ExperimentFigures,
  run: Pick<RunResults, 'startedAt' | 'engine' | 'command' | 'uses'>,
): RunResults => {
  const { config, dataset, train, validation } = prepared;
  const [first, last] = [tested[0], tested.at(-1)];
  return {
    ...run,
    title: `${config.models.map(({ title }) => title).join(' and ')} on ${dataset.name}`,
    seed: config.seed,
    preset: config.name,
    dataset: {
      name: dataset.name,
      classes: dataset.classes.length,
      train: train.count,
      validation: validation.count,
      test: dataset.test.count,
    },
    ...(dataset.files === undefined ? {} : { skipped: dataset.files.skipped }),
    models: tested.map((one) => modelResult(prepared, one)),
    gain:
      first === undefined || last === undefined || first === last
        ? undefined
        : pairedGain(correct(first), correct(last)),
    ...figures,
  };
};

/** Whether a run has just ended an epoch whose validation top-1 is above those of all before it: of equal ones the first is the best. */
export const isBest = ({ batchesDone, history }: Progress): boolean => {
  const best = bestEpoch(judgedBy)(history);
  return batchesDone === 0 && best !== undefined && best === history.at(-1);
};

/** One line of metrics.jsonl per epoch of a model. Between equal runs only `seconds` differs. */
export const epochLines = (model: string, history: readonly EpochRecord[]): readonly string[] =>
  history.map((record) => JSON.stringify({ kind: 'epoch', model, ...record }));

/** The line of a model's test result. */
export const testLine = ({ model, test }: Tested): string =>
  JSON.stringify({ kind: 'test', model: model.name, images: test.totals.examples, ...test.summary });
