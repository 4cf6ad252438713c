import { access } from 'node:fs/promises';
import type * as T from 'fp-ts/lib/Task.js';

/** Whether there is a file or folder at this path. */
export const exists =
  (path: string): T.Task<boolean> =>
  () =>
    access(path).then(
      () => true,
      () => false,
    );
