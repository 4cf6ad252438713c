import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DataError } from '../../data/data-error.js';
import type { Engine } from '../../engine/engine.js';
import type { EvaluationResults } from '../../plot/index.js';
import { type EvaluateModelError, type EvaluateModelOptions, evaluateModel } from '../evaluate-model.js';
import { summarizeModel } from '../summarize.js';
import type { EvaluationImages } from './evaluation-images.js';
import type { OpenRunError, RunModel } from './open-run.js';

export type EvaluateRunError = OpenRunError | DataError | EvaluateModelError;

export interface EvaluateRunOptions extends EvaluateModelOptions {
  /** ISO 8601; for the report. */
  readonly startedAt: string;
  /** What to type to have this evaluation again; for the report. */
  readonly command: string;
}

/**
 * Evaluates a model of a run on images, with everything that the report of the evaluation shows.
 *
 * Errors: those of `evaluateModel`.
 *
 * @example
 * const opened = await orThrow(openRun('runs/first'));
 * const images = await orThrow(evaluationImages(opened));
 * const about = { startedAt: new Date().toISOString(), command: 'my program' };
 * const page = renderEvaluation(await orThrow(evaluateRun(engine, opened, images, about)));
 */
export const evaluateRun = (
  engine: Engine,
  { name, title, path, epochs, model }: RunModel,
  images: EvaluationImages,
  { startedAt, command, ...options }: EvaluateRunOptions,
): TE.TaskEither<EvaluateRunError, EvaluationResults> =>
  pipe(
    TE.fromEither(summarizeModel({ name, title, config: model.config })),
    TE.bindTo('summary'),
    TE.bindW('evaluation', () => evaluateModel(engine, model, options)(images.source)),
    TE.map(({ summary: { parameters, macs }, evaluation }) => ({
      title: `${title} on ${images.name}`,
      startedAt,
      engine: engine.name,
      command,
      model: { name: title, parameters, macs, path, epochs },
      images: { name: images.name, folder: images.folder, which: images.isTest ? 'test images' : 'images' },
      skipped: images.skipped,
      ...evaluation,
      mistakes: evaluation.mistakes.map((mistake) => ({ ...mistake, file: images.files?.[mistake.index] })),
    })),
  );
