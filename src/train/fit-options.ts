import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, oneOf, positiveInteger, record, size } from '../core/config.js';
import type { Hosts } from '../core/declaration.js';
import type { Key } from '../core/key.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import type { BatchError } from '../data/batch-error.js';
import type { ImageSource } from '../data/image-source.js';
import type { BatchesOptions } from '../data/with-batches.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { FileError } from '../node/file-error.js';
import type { Arrange, BatchEvaluator } from './batch-evaluator.js';
import { checkState } from './check-start.js';
import type { DivergedError } from './diverged.js';
import type { EarlyStopping } from './early-stopping.js';
import type { FitEvent } from './events.js';
import type { TargetError } from './objective.js';
import type { Optimizer } from './optimizer/optimizer.js';
import type { Origin } from './origin.js';
import type { Progress } from './progress.js';
import type { Task, TrainState } from './step.js';

export type FitError = BatchError | ConfigError | DivergedError | EngineError | FileError | TargetError;

/** The state of training in host memory, with how far it is. */
export interface Snapshot<P> {
  readonly state: Hosts<TrainState<P>>;
  readonly progress: Progress;
  /** What its bits depend on; without it, resuming from the snapshot checks nothing. */
  readonly origin?: Origin;
}

/** Where training begins: at parameters, with a new optimizer state, or at a snapshot. */
export type Start<P> = { readonly params: Hosts<P> } | Snapshot<P>;

/** A snapshot that `fit` made. */
export interface MadeSnapshot<P> extends Snapshot<P> {
  readonly origin: Origin;
}

export interface FitOptions<P, Input, Output, Target, N extends string>
  extends BatchesOptions,
    Task<P, Input, Output, Target, N> {
  readonly engine: Engine;
  readonly train: ImageSource;
  readonly validation?: ImageSource | undefined;
  readonly pipeline: Pipeline;
  /** For models of anything but images with labels: from a batch of the source to the model's input and the objective's target. */
  readonly arrange?: Arrange<Input, Target>;
  /** A compiled evaluation to use for validation; made by `batchEvaluator`. */
  readonly evaluator?: BatchEvaluator<P, N>;
  readonly epochs: number;
  readonly batchSize: number;
  /** The order, the augmentation and the draws of every epoch and step come from it. */
  readonly key: Key;
  /**
   * Where to begin: at these parameters, with a new optimizer state; or at a snapshot, to resume. A snapshot remembers the images and
   * what else its bits depend on. With other images it is refused, and in the middle of an epoch with another batch size or key; any
   * other difference is a `warning` event.
   *
   * Of a function, `fit` does not keep what it returns: the memory of the start is free while training runs.
   */
  readonly start: Start<NoInfer<P>> | (() => Start<NoInfer<P>>);
  /** Whether to resume with other images than those of the snapshot. Default: false. */
  readonly acceptChangedData?: boolean;
  readonly onEvent?: (event: FitEvent<N>) => void;
  /** Called after each epoch and when stopped; training continues when it is done. */
  readonly save?: (snapshot: MadeSnapshot<P>) => TE.TaskEither<FileError, void>;
  /**
   * Whether `save` gets the engine's own memory where that is on the host, instead of copies: such a snapshot holds until `save` is done.
   * Default: false.
   */
  readonly lendSnapshots?: boolean;
  /** Ends training before its last epoch where validation no longer gets better. Needs images to validate on. */
  readonly earlyStopping?: EarlyStopping<NoInfer<N>>;
  /** Asked after each step: true ends training after a last snapshot. */
  readonly stop?: () => boolean;
}

export interface Fitted<P> extends Snapshot<P> {
  /** Whether training ended by itself, at its last epoch or early; false if it was asked to stop. */
  readonly finished: boolean;
}

const Numbers = record(
  'training options',
  { epochs: positiveInteger, batchSize: size },
  {
    earlyStopping: record('early stopping', {
      metric: t.string,
      best: oneOf(['highest', 'lowest']),
      patience: positiveInteger,
    }),
  },
);

const checkStopping = ({ earlyStopping, validation, objective }: Checked): E.Either<ConfigError, void> => {
  if (earlyStopping === undefined) return E.right(undefined);
  const { metric } = earlyStopping;
  const metrics = Object.keys(objective.metrics);
  if (!metrics.includes(metric))
    return E.left(configError('earlyStopping.metric', `expected one of ${metrics.join(', ')}, got '${metric}'`));
  return validation !== undefined && validation.count > 0
    ? E.right(undefined)
    : E.left(configError('earlyStopping', 'expected images to validate on, got none'));
};

interface Checked {
  readonly epochs: number;
  readonly batchSize: number;
  readonly train: ImageSource;
  readonly validation?: ImageSource | undefined;
  readonly objective: { readonly metrics: object };
  readonly optimizer: Optimizer;
  readonly earlyStopping?: EarlyStopping;
}

/** Checks what the types cannot. */
export const checkOptions = (
  options: Checked,
  start: { readonly params: unknown } | { readonly state: { readonly params: unknown } },
): E.Either<ConfigError, void> =>
  pipe(
    decode(Numbers)({
      epochs: options.epochs,
      batchSize: options.batchSize,
      ...(options.earlyStopping === undefined ? {} : { earlyStopping: options.earlyStopping }),
    }),
    E.filterOrElse(
      () => Number.isSafeInteger(options.train.count) && options.train.count > 0,
      () => configError('train', `expected one image or more, got ${options.train.count}`),
    ),
    E.chain(() => checkStopping(options)),
    E.chain(() => ('state' in start ? checkState(start.state, options.optimizer) : E.right(undefined))),
  );
