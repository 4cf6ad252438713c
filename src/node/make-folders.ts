import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Not Node's `recursive` option, which tries for ever where the parent is there and takes
 * no folders, as under /proc (nodejs/node #31481).
 */
export const makeFolders = async (path: string): Promise<void> => {
  const made = await mkdir(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (made === undefined || made.code === 'EEXIST') return;
  if (made.code !== 'ENOENT' || dirname(path) === path) throw made;
  await makeFolders(dirname(path));
  await mkdir(path);
};
