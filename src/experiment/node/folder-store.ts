/**
 * The folder of a run, as a store.
 *
 * @module
 */
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { exists } from '../../node/exists.js';
import { writeAtomically } from '../../node/files.js';
import { removeAbandoned } from '../../node/temporary-files.js';
import { loadCheckpoint, saveCheckpoint } from '../../train/node/checkpoint-file.js';
import type { Store } from '../store.js';
import { claimFolder, reopenFolder } from './run-start.js';

/**
 * A store that is a folder: config.json, run.json, metrics.jsonl, report.html, and a checkpoint NAME.safetensors for each model.
 * `begin` refuses a folder that holds a run.
 */
export const folderStore = (path: string): Store => {
  const metrics = join(path, 'metrics.jsonl');
  const report = join(path, 'report.html');
  const checkpoint = (model: string): string => join(path, `${model}.safetensors`);
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
    saveCheckpoint: (model, made) => saveCheckpoint(checkpoint(model), made),
    checkpointName: checkpoint,
    writeMetrics: (lines) => writeAtomically(metrics, [[...lines, ''].join('\n')]),
    writeReport: (html) =>
      pipe(
        writeAtomically(report, [html]),
        TE.map(() => report),
      ),
  };
};
