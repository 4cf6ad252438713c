import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type * as T from 'fp-ts/lib/Task.js';

/** How many bytes are free on the disk of a folder that may not exist yet; undefined if the system does not say. */
export const freeBytes =
  (folder: string): T.Task<number | undefined> =>
  async () => {
    const found = await statfs(folder).catch(() => undefined);
    // Some file systems answer zero for what they do not know.
    if (found !== undefined) return found.blocks === 0 ? undefined : found.bavail * found.bsize;
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder))();
  };

/** How many bytes the files of a folder occupy whose names end so; a file with several names counts once. */
export const usedBytes =
  (folder: string, ending: string): T.Task<number> =>
  async () => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending));
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ size, nlink }) => size / nlink,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  };
