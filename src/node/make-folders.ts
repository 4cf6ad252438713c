import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and its parents. Node's `recursive` option is not used: it loops forever where the parent exists but takes
 * no folders, as under /proc (nodejs/node #31481).
 */
export const makeFolders = async (path: string): Promise<void> => {
  const error = await mkdir(path).then(
    () => undefined,
    (failure: NodeJS.ErrnoException) => failure,
  );
  if (error === undefined || error.code === 'EEXIST') return;
  if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
  await makeFolders(dirname(path));
  // Another process may have made it in the meantime.
  await mkdir(path).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code !== 'EEXIST') throw failure;
  });
};
