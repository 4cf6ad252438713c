/**
 * The folder of a run, as a store.
 *
 * @module
 */
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { exists } from '../../node/exists.js';
import { type FileError, fileError, replaceFile } from '../../node/files.js';
import { removeAbandoned } from '../../node/temporary-files.js';
import { loadCheckpoint, replaceCheckpoint } from '../../train/node/checkpoint-file.js';
import type { Store } from '../store.js';
import { claimFolder, reopenFolder, runFile } from './run-start.js';

/**
 * A store that is a folder: config.json, run.json, metrics.jsonl, report.html, and a checkpoint NAME.safetensors for each model.
 * `begin` refuses a folder that holds a run.
 */
export const folderStore = (path: string): Store => {
  const metrics = join(path, 'metrics.jsonl');
  const report = join(path, 'report.html');
  const checkpoint = (model: string): string => join(path, `${model}.safetensors`);
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
        TE.chain(() => removeAbandoned(path)),
      ),
    reopen: pipe(
      reopenFolder(path),
      TE.chain(() => removeAbandoned(path)),
    ),
    loadCheckpoint: (model) =>
      pipe(
        TE.fromTask(exists(checkpoint(model))),
        TE.chainW((there) => (there ? loadCheckpoint(checkpoint(model)) : TE.right(undefined))),
      ),
    saveCheckpoint: (model, made) => write(replaceCheckpoint(checkpoint(model), made)),
    checkpointName: checkpoint,
    writeMetrics: (lines) => write(replaceFile(metrics, [[...lines, ''].join('\n')])),
    writeReport: (html) =>
      pipe(
        write(replaceFile(report, [html])),
        TE.map(() => report),
      ),
  };
};
