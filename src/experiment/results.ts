import { countParameters } from '../core/declaration.js';
import { integer } from '../core/draws.js';
import { fold, key } from '../core/key.js';
import { type ModelResult, pairedGain, type RunResults, wilson } from '../plot/index.js';
import type { EpochRecord } from '../train/checkpoint.js';
import { figures, type Figures as Means, total } from '../train/metrics.js';
import { type Figures, temperatureFigure } from './figures.js';
import type { Prepared } from './prepare.js';
import type { Trained } from './train-model.js';

/** A trained model with its judgement on the test set. */
export type Tested = Trained & { readonly test: NonNullable<Trained['test']> };

export const isTested = (trained: Trained): trained is Tested => trained.test !== undefined;

const testMeans = ({ test }: Tested): Means => figures(total(test));

const modelResult = ({ train }: Prepared, tested: Tested): ModelResult => {
  const { model, fitted, test } = tested;
  const { history } = fitted.progress;
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  const hits = total(test);
  return {
    name: model.title,
    parameters: countParameters(model.declaration),
    macs: model.declaration.macs,
    seconds,
    imagesPerSecond: (train.count * history.length) / seconds,
    epochs: history,
    test: {
      images: hits.images,
      loss: testMeans(tested).loss,
      top1: wilson(hits.top1, hits.images),
      top5: wilson(hits.top5, hits.images),
    },
  };
};

const right = ({ test }: Tested): readonly boolean[] => test.top1.map((hit) => hit === 1);

/** The test image of the figures: drawn from the seed, so that it is nobody's choice. */
export const figureIndex = ({ config, dataset }: Prepared): number =>
  integer(fold(key(config.seed), 'figure'), dataset.test.count);

/** Everything that the report shows. */
export const resultsOf = (
  prepared: Prepared,
  tested: readonly Tested[],
  pictures: Figures,
  run: Pick<RunResults, 'startedAt' | 'engine' | 'command'>,
): RunResults => {
  const { config, dataset, train, validation } = prepared;
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
    models: tested.map((one) => modelResult(prepared, one)),
    gain: tested.length > 1 ? pairedGain(right(tested[0]!), right(tested.at(-1)!)) : undefined,
    patches: pictures.patches,
    attention: pictures.attention,
    temperatures: temperatureFigure(tested),
  };
};

/** A line of metrics.jsonl for each epoch of a model. Only `seconds` differs between equal runs. */
export const epochLines = (model: string, history: readonly EpochRecord[]): readonly string[] =>
  history.map((record) => JSON.stringify({ kind: 'epoch', model, ...record }));

/** The line of a model's test result. */
export const testLine = (tested: Tested): string =>
  JSON.stringify({ kind: 'test', model: tested.model.name, images: tested.test.top1.length, ...testMeans(tested) });
