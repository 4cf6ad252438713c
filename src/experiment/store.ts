import type * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ImageSplit } from '../data/image-split.js';
import type { FileError } from '../node/file-error.js';
import type { Checkpoint, CheckpointError } from '../train/checkpoint.js';
import type { ExperimentConfig } from './config.js';
import type { Weights } from './initial-params.js';

/** How a run began. */
export interface RunStart {
  readonly config: ExperimentConfig;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The folder of the data that the user named, if any. */
  readonly data: string | undefined;
  /** Whether the files of its data set may have fewer images than were published. */
  readonly partial?: boolean | undefined;
  /** The weights that the models begin at, if they are not drawn. */
  readonly from?: Pick<Weights, 'path' | 'fingerprint'> | undefined;
  /** Which image files the run trains and tests on, if its data set is made of files. */
  readonly split?: ImageSplit | undefined;
}

/** Where a run keeps what it makes: a folder, memory, or something else. */
export interface Store {
  /** For people: the path of a folder, say. */
  readonly name: string;
  /** Takes the store for a new run; an error if it holds a run already. */
  readonly begin: (start: RunStart) => TE.TaskEither<FileError, void>;
  /** Takes the store to resume the run that it holds; an error if it holds none. */
  readonly reopen: TE.TaskEither<FileError, void>;
  /** The newest checkpoint of a model; undefined if there is none. */
  readonly loadCheckpoint: (model: string) => TE.TaskEither<FileError | CheckpointError, Checkpoint | undefined>;
  /**
   * Replaces the newest checkpoint of a model and, if `isBest`, that of its best epoch. The tensors may be the engine's own memory: a store
   * that keeps them copies them.
   */
  readonly saveCheckpoint: (model: string, checkpoint: Checkpoint, isBest?: boolean) => TE.TaskEither<FileError, void>;
  /** Where the checkpoint of a model is, for messages. */
  readonly checkpointName: (model: string) => string;
  /** Replaces the metrics of the run: one JSON document per line. */
  readonly writeMetrics: (lines: readonly string[]) => TE.TaskEither<FileError, void>;
  /** Replaces the report and returns where it is, for people. */
  readonly writeReport: (html: string) => TE.TaskEither<FileError, string>;
  /** How many bytes the run may take, those that it takes already included; undefined if that is unknown. */
  readonly room?: T.Task<number | undefined>;
  /** Gives up what `begin` or `reopen` took, so that another process may resume the run. */
  readonly release?: T.Task<void>;
}
