/**
 * What the bits of a run depend on beside its functions. It is kept in snapshots and checkpoints, and compared where a run is resumed.
 *
 * @module
 */
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { positive, positiveInteger, record } from '../core/config.js';
import type { Key } from '../core/key.js';
import type { Pipeline } from '../data/augment/pipeline.js';
import type { BatchError } from '../data/batch-error.js';
import { fingerprint } from '../data/fingerprint.js';
import type { ImageSource } from '../data/image-source.js';
import type { Engine } from '../engine/engine.js';
import { processorName } from '../node/node-modules.js';
import { version } from '../version.js';

/** What computes: its name, its threads and, if it computes in rounds that fit a memory budget, that in bytes. */
export const EngineInfo = record('an engine', { name: t.string, threads: positiveInteger }, { memory: positive });
export type EngineInfo = t.TypeOf<typeof EngineInfo>;

export const engineInfoOf = ({ name, threads, description: { memory } }: Engine): EngineInfo => ({
  name,
  threads,
  ...(typeof memory === 'number' ? { memory } : {}),
});

/** Text by name. */
export const Texts = t.readonly(t.record(t.string, t.string), 'texts');

export interface Origin {
  /** The version of this library. */
  readonly version: string;
  readonly engine: EngineInfo;
  /** The processor, as its maker names it; empty where it is unknown. Native libraries choose their code by it. */
  readonly processor: string;
  /** The fingerprints of the images by their use: `training`, `validation`, `test`. */
  readonly data: Readonly<Record<string, string>>;
  /** The key, the batch size and the transforms of the images with their statistics, as JSON. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The fingerprints of sources by their use; those that are missing or empty have none. */
export const fingerprints = (
  sources: Readonly<Record<string, ImageSource | undefined>>,
): TE.TaskEither<BatchError, Origin['data']> =>
  pipe(
    Object.entries(sources),
    TE.traverseSeqArray(([use, source]) =>
      source === undefined || source.count === 0
        ? TE.right<BatchError, readonly (readonly [string, string])[]>([])
        : pipe(
            fingerprint(source),
            TE.map((made) => [[use, made] as const]),
          ),
    ),
    TE.map((all) => Object.fromEntries(all.flat())),
  );

/** What the bits of training with these options depend on. */
export const originOf = (options: {
  readonly engine: Engine;
  readonly train: ImageSource;
  readonly validation?: ImageSource | undefined;
  readonly pipeline: Pipeline;
  readonly batchSize: number;
  readonly key: Key;
}): TE.TaskEither<BatchError, Origin> =>
  pipe(
    fingerprints({ training: options.train, validation: options.validation }),
    TE.map((data) => ({
      version,
      engine: engineInfoOf(options.engine),
      processor: processorName(),
      data,
      settings: {
        'batch size': JSON.stringify(options.batchSize),
        key: JSON.stringify([options.key.root.kind === 'seed' ? options.key.root.words : [], options.key.path]),
        transforms: JSON.stringify(options.pipeline.transforms),
      },
    })),
  );
