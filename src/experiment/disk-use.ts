import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { countParameters } from '../core/declaration.js';
import { leaves } from '../core/tree.js';
import { type FileError, fileError } from '../node/file-error.js';
import { declareState } from '../train/step.js';
import type { Prepared, PreparedModel } from './prepare.js';
import type { Store } from './store.js';

/** What a run writes at most, and how much its store can take; `room` is missing if that is unknown. In bytes. */
export interface DiskUse {
  readonly needs: number;
  readonly room?: number;
}

// A float32; what the header says about a tensor, generously; metrics and report.
const NUMBER_BYTES = 4;
const ENTRY_BYTES = 300;
const OTHER_BYTES = 2e6;

const checkpointBytes = ({ optimizer }: Prepared, { declaration }: PreparedModel): number => {
  const params = declareState(declaration, optimizer);
  return NUMBER_BYTES * countParameters({ params }) + ENTRY_BYTES * leaves(params).length;
};

/** Every model keeps its newest checkpoint and that of its best epoch; one more is written before it replaces another. */
export const bytesToWrite = (prepared: Prepared): number => {
  const sizes = prepared.models.map((model) => checkpointBytes(prepared, model));
  const kept = prepared.validation.count > 0 ? 2 : 1;
  return sizes.reduce((sum, size) => sum + kept * size, 0) + Math.max(...sizes) + OTHER_BYTES;
};

/** `1.2 GB`, `34 MB` */
export const showBytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** What a run will write, or an error if its store has no room for it. */
export const checkRoom = (prepared: Prepared, { name, room }: Store): TE.TaskEither<FileError, DiskUse> =>
  pipe(
    room ?? T.of(undefined),
    T.map((free) => {
      const needs = bytesToWrite(prepared);
      if (free === undefined) return E.right({ needs });
      return needs <= free
        ? E.right({ needs, room: free })
        : E.left(
            fileError(
              name,
              `this run writes up to ${showBytes(needs)}, but there is room for ${showBytes(free)}: free some space, or use another disk`,
            ),
          );
    }),
  );
