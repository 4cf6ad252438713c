/**
 * A checkpoint is self-contained. It is one safetensors file with the whole state of training by path; its metadata says what is needed to
 * use the model without its training set, and to resume training to the same bits.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { decode, record } from '../core/config.js';
import type { Failure } from '../core/errors.js';
import type { HostTensor } from '../core/host-tensor.js';
import { entries, showPath } from '../core/tree.js';
import { EngineInfo, type Origin, Texts } from './origin.js';
import { Progress } from './progress.js';
import {
  decodeTensors,
  encodeTensors,
  type SafetensorsError,
  type Sha256,
  type TensorFile,
} from './safetensors/index.js';

/** A checkpoint that is damaged, or of something else. */
export interface CheckpointError extends Failure<'CheckpointError'> {
  readonly path: string;
}

export const checkpointError = (path: string, problem: string): CheckpointError => ({
  _tag: 'CheckpointError',
  path,
  message: `${path}: this checkpoint ${problem}`,
});

/** What a checkpoint says about itself. */
export const CheckpointInfo = record(
  'checkpoint information',
  {
    /** The version of this library that wrote it. */
    version: t.string,
    /** The engine that made the last step. */
    engine: EngineInfo,
    /** The configuration of the model, tagged with its family. */
    model: t.unknown,
    /** The transforms of the images, with their statistics. */
    pipeline: t.unknown,
    /** The names of the classes, in the order of the logits. */
    classes: t.readonlyArray(t.string),
    /** Whatever the program needs to resume, as JSON. */
    run: t.unknown,
  },
  {
    /** The processor on which the last step was made. */
    processor: t.string,
    /** Fingerprints of the images by their use. */
    data: Texts,
    /** What else the bits depend on, as JSON by name. */
    settings: Texts,
    /** The path of averages of the parameters, `optimizer/average/weights`, which are evaluated and used in their place. */
    averages: t.string,
  },
);
export type CheckpointInfo = t.TypeOf<typeof CheckpointInfo>;

export interface Checkpoint {
  readonly info: CheckpointInfo;
  readonly progress: Progress;
  /** The state of training by path: `params/…`, `optimizer/…`, `step`. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** What the bits of a checkpoint depend on, as far as it says. */
export const originIn = ({ version, engine, processor = '', data = {}, settings = {} }: CheckpointInfo): Origin => ({
  version,
  engine,
  processor,
  data,
  settings,
});

/** Tensors by path, from a tree. */
export const tensorsByPath = (tree: unknown): Readonly<Record<string, HostTensor>> =>
  Object.fromEntries(entries<HostTensor>(tree).map(([path, tensor]) => [showPath(path), tensor]));

/** The parameters to evaluate and to use, by path: the averages that the optimizer keeps, if it does. */
export const paramsIn = ({
  info,
  tensors,
}: Pick<Checkpoint, 'tensors'> & { readonly info: Pick<CheckpointInfo, 'averages'> }): Checkpoint['tensors'] => {
  const under = (branch: string) =>
    Object.entries(tensors).flatMap(([path, tensor]) =>
      path.startsWith(`${branch}/`) ? [[path.slice(branch.length + 1), tensor] as const] : [],
    );
  return Object.fromEntries([...under('params'), ...(info.averages === undefined ? [] : under(info.averages))]);
};

const FORMAT = '2';

// No other field is accepted: a checksum whose name is damaged would be one, and would not be checked.
const Metadata = record('the metadata', { vitrail: t.literal(FORMAT), info: t.string, progress: t.string });

/** The bytes of a checkpoint, in chunks to be written one after the other. */
export const encodeCheckpoint = (
  { info, progress, tensors }: Checkpoint,
  sha256: Sha256,
): E.Either<SafetensorsError, readonly Uint8Array[]> =>
  encodeTensors(
    {
      metadata: { vitrail: FORMAT, info: JSON.stringify(info), progress: JSON.stringify(progress) },
      tensors,
    },
    sha256,
  );

const decodeJson =
  <A>(what: string, codec: t.Type<A, unknown, unknown>) =>
  (text: string): E.Either<string, A> =>
    pipe(
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => `has ${what} that is not JSON`,
      ),
      E.chain((json) =>
        pipe(
          decode(codec)(json),
          E.mapLeft((error) => `has invalid ${what}: ${error.message}`),
        ),
      ),
    );

/** The problem of a file that cannot be read as a checkpoint at all. */
export const unreadable = ({ message }: SafetensorsError): string =>
  `is cut short, damaged or not a safetensors file: ${message}`;

/** The checkpoint in a safetensors file that has been read and checked; `path` is for error messages. */
export const checkpointIn =
  (path: string) =>
  ({ tensors, metadata }: TensorFile): E.Either<CheckpointError, Checkpoint> =>
    pipe(
      decode(Metadata)(metadata),
      E.mapLeft((error) => `was not written by this version of vitrail: ${error.message}`),
      E.bindTo('texts'),
      E.bind('info', ({ texts }) => decodeJson('information', CheckpointInfo)(texts.info)),
      E.bind('progress', ({ texts }) => decodeJson('progress', Progress)(texts.progress)),
      E.bimap(
        (problem) => checkpointError(path, problem),
        ({ info, progress }) => ({ info, progress, tensors }),
      ),
    );

/** Reads a checkpoint and checks every byte of it; `path` is for error messages. */
export const decodeCheckpoint =
  (path: string, sha256: Sha256) =>
  (bytes: Uint8Array): E.Either<CheckpointError, Checkpoint> =>
    pipe(
      decodeTensors(bytes, sha256),
      E.mapLeft((error) => checkpointError(path, unreadable(error))),
      E.chain(checkpointIn(path)),
    );
