import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../core/config.js';
import { matching } from '../core/path-pattern.js';
import { type Mask, type Path, paths } from '../core/tree.js';
import { adamW } from '../train/optimizer/adamw.js';
import { accumulate, averageWeights, freeze } from '../train/optimizer/fine-tuning.js';
import type { RateFactor } from '../train/optimizer/links.js';
import { chain, type Optimizer } from '../train/optimizer/optimizer.js';
import { constantSchedule, type Schedule, warmUpCosine } from '../train/schedule.js';
import type { ExperimentConfig, OptimizerConfig, ScheduleConfig } from './config.js';
import type { NamedModel } from './initial-params.js';

const scheduleOf = (schedule: ScheduleConfig, updates: number): E.Either<ConfigError, Schedule> => {
  if (schedule.kind === 'constant') return E.right(constantSchedule(schedule.learningRate));
  const { kind: _, warmUp, ...rates } = schedule;
  return warmUpCosine({ ...rates, totalSteps: updates, warmUpSteps: Math.floor(updates * warmUp) });
};

const maskOf = (field: string, patterns: readonly string[], all: readonly Path[]): E.Either<ConfigError, Mask> =>
  pipe(
    matching(patterns, all),
    E.mapLeft(({ problem }) => configError(field, problem)),
  );

/** Of several groups that a parameter belongs to, the last one counts. */
const rateFactorOf = (
  { learningRates = [] }: OptimizerConfig,
  { learningRate: highest }: ScheduleConfig,
  all: readonly Path[],
): E.Either<ConfigError, RateFactor | undefined> =>
  pipe(
    learningRates,
    E.traverseArray(({ pattern, learningRate }) =>
      pipe(
        maskOf('optimizer.learningRates', [pattern], all),
        E.map((mask) => ({ mask, factor: learningRate / highest })),
      ),
    ),
    E.map((groups) =>
      groups.length === 0 ? undefined : (path) => groups.findLast(({ mask }) => mask(path))?.factor ?? 1,
    ),
  );

const frozenOf = (
  { freeze: patterns = [] }: OptimizerConfig,
  models: readonly NamedModel[],
  all: readonly Path[],
): E.Either<ConfigError, Mask | undefined> =>
  patterns.length === 0
    ? E.right(undefined)
    : pipe(
        maskOf('optimizer.freeze', patterns, all),
        E.chain((mask) => {
          const still = models.find(({ declaration }) => paths(declaration.params).every(mask));
          return still === undefined
            ? E.right(mask)
            : E.left(configError('optimizer.freeze', `this freezes all of '${still.name}': leave something to train`));
        }),
      );

/** AdamW with what the configuration adds to it, for so many steps of these models. */
export const optimizerOf = (
  { optimizer: config, schedule }: Pick<ExperimentConfig, 'optimizer' | 'schedule'>,
  models: readonly NamedModel[],
  steps: number,
): E.Either<ConfigError, Optimizer> => {
  const all = models.flatMap(({ declaration }) => paths(declaration.params));
  const {
    accumulate: count = 1,
    averageWeights: decay,
    clip,
    kind: _,
    freeze: __,
    learningRates: ___,
    ...options
  } = config;
  return pipe(
    count <= steps
      ? scheduleOf(schedule, Math.floor(steps / count))
      : E.left(configError('optimizer.accumulate', `expected at most ${steps}, all steps of the run, got ${count}`)),
    E.bindTo('rate'),
    E.bind('rateFactor', () => rateFactorOf(config, schedule, all)),
    E.bind('frozen', () => frozenOf(config, models, all)),
    E.map(({ rate, rateFactor, frozen }) => {
      const adamw = adamW({
        ...options,
        schedule: rate,
        ...(rateFactor === undefined ? {} : { rateFactor }),
        ...(clip === null ? {} : { clip }),
      });
      // An average counts updates.
      const averaged = decay === undefined ? adamw : chain({ adamw, average: averageWeights(decay) });
      const updated = count === 1 ? averaged : accumulate(count, averaged);
      return frozen === undefined ? updated : chain({ freeze: freeze(frozen), optimizer: updated });
    }),
  );
};
