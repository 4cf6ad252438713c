import { rm, utimes, writeFile } from 'node:fs/promises';
import type * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type FileError, fileError, fileProblem } from './file-error.js';
import { claimName, otherClaim } from './temporary-files.js';

/** A file or folder that this process alone uses. */
export interface Claim {
  readonly release: T.Task<void>;
}

// A claim that has not changed for an hour counts as abandoned.
const RENEW = 600_000;

const ATTEMPTS = 3;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50 + 200 * Math.random()));

const hold = (mine: string): Claim => {
  const timer = setInterval(() => {
    const now = new Date();
    // Where the folder was moved, the claim moved with it.
    utimes(mine, now, now).catch(() => {});
  }, RENEW).unref();
  return {
    release: () => {
      clearInterval(timer);
      return rm(mine, { force: true }).catch(() => {});
    },
  };
};

/**
 * Claims a path for this process, or says which other process uses it. Each process puts down a claim of its own and then looks for
 * others: of two, at least one sees the other and withdraws. If both do, they try again after a random time.
 *
 * Claims of dead processes do not count. Those of other machines, whose processes cannot be seen, count for an hour after they were renewed
 * last.
 */
export const claim = (path: string): TE.TaskEither<FileError, Claim> =>
  TE.flatten(
    TE.tryCatch(
      async () => {
        let other: string | undefined;
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          if (attempt > 0) await pause();
          const mine = claimName(path);
          await writeFile(mine, '', { flag: 'wx' });
          other = await otherClaim(path, mine);
          if (other === undefined) return TE.right(hold(mine));
          await rm(mine, { force: true });
        }
        return TE.left(fileError(path, `another process (${other}) uses it: wait until that ends, or stop it`));
      },
      (error) => fileError(path, `it cannot be claimed: ${fileProblem(error)}`),
    ),
  );
