/**
 * The folder of a run, as a store.
 *
 * @module
 */
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Claim, claim } from '../../node/claim.js';
import { freeBytes, usedBytes } from '../../node/disk.js';
import { exists } from '../../node/exists.js';
import { type FileError, fileError, replaceFile } from '../../node/files.js';
import { removeAbandoned } from '../../node/temporary-files.js';
import { loadCheckpoint, replaceCheckpoint } from '../../train/node/checkpoint-file.js';
import type { Store } from '../store.js';
import { claimFolder, reopenFolder, runFile } from './run-start.js';

/**
 * A store that is a folder: config.json, run.json, metrics.jsonl, report.html, and for each model a checkpoint NAME.safetensors and one
 * of its best epoch, NAME.best.safetensors.
 *
 * `begin` refuses a folder that holds a run, and `reopen` a run that another process uses. `release` ends the use.
 */
export const folderStore = (path: string): Store => {
  const metrics = join(path, 'metrics.jsonl');
  const report = join(path, 'report.html');
  const checkpoint = (model: string): string => join(path, `${model}.safetensors`);
  // Mutable: what this process holds of the folder.
  let held: Claim | undefined;
  const hold: TE.TaskEither<FileError, void> = async () => {
    if (held !== undefined) return E.right(undefined);
    const made = await claim(runFile(path))();
    if (E.isLeft(made)) return made;
    held = made.right;
    return E.right(undefined);
  };
  const isRun = TE.fromTask(exists(runFile(path)));
  const gone = fileError(
    path,
    'the folder of this run was moved or removed while it ran; nothing more is written. If it was moved, resume it with --resume and its new path',
  );
  /** Writes into the folder of the run, which is never made anew. */
  const write = (task: TE.TaskEither<FileError, void>): TE.TaskEither<FileError, void> => {
    const check = pipe(
      isRun,
      TE.chain((there) => (there ? TE.right(undefined) : TE.left(gone))),
    );
    return pipe(
      check,
      TE.chain(() => task),
      // The folder may go away after the check.
      TE.orElse((error) =>
        pipe(
          check,
          TE.chain(() => TE.left(error)),
        ),
      ),
    );
  };
  return {
    name: path,
    begin: (start) =>
      pipe(
        claimFolder(path, start),
        TE.chain(() => hold),
        TE.chain(() => removeAbandoned(path)),
      ),
    reopen: pipe(
      reopenFolder(path),
      TE.chain(() => hold),
      TE.chain(() => removeAbandoned(path)),
    ),
    loadCheckpoint: (model) =>
      pipe(
        TE.fromTask(exists(checkpoint(model))),
        TE.chainW((there) => (there ? loadCheckpoint(checkpoint(model)) : TE.right(undefined))),
      ),
    saveCheckpoint: (model, made, isBest) =>
      write(replaceCheckpoint(checkpoint(model), made, isBest === true ? checkpoint(`${model}.best`) : undefined)),
    checkpointName: checkpoint,
    writeMetrics: (lines) => write(replaceFile(metrics, [[...lines, ''].join('\n')])),
    writeReport: (html) =>
      pipe(
        write(replaceFile(report, [html])),
        TE.map(() => report),
      ),
    room: async () => {
      const [free, used] = await Promise.all([freeBytes(resolve(path))(), usedBytes(path, '.safetensors')()]);
      return free === undefined ? undefined : free + used;
    },
    release: async () => {
      await held?.release();
      held = undefined;
    },
  };
};
