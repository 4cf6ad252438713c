/**
 * The files and folders in a folder, sorted by code point. Links are followed; what cannot be used is listed with its reason.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './thrown.js';

/** A file or folder that is passed over. */
export interface PassedOver {
  /** Within the root, with `/` between names. */
  readonly path: string;
  readonly reason: 'hidden' | 'unreadable' | 'broken-link' | 'link-loop' | 'not-a-file';
  readonly detail: string;
}

/** What is directly in a folder: names, and what is passed over. */
export interface FolderEntries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

/** All files in a folder, at any depth. */
export interface FilesBelow {
  /** Paths within the root. */
  readonly files: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

// The bytes of UTF-8 sort as code points do; the 16-bit units of strings do not.
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Strings in the order of their code points, whatever the language of the system. */
export const sortedByCodePoint = (names: Iterable<string>): readonly string[] => [...names].sort(byCodePoint);

/** The path within the root of a name in one of its folders; the root itself is ''. */
export const within = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

type Kind = 'file' | 'folder' | Omit<PassedOver, 'path'>;

const why = (thrown: unknown): string =>
  ({
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'it is no longer there',
    ELOOP: 'a circle of links',
  })[codeOf(thrown) ?? ''] ?? String(codeOf(thrown) ?? thrown);

const kindOf = async (root: string, path: string, isLink: boolean): Promise<Kind> => {
  try {
    const found = await stat(join(root, path));
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : { reason: 'not-a-file', detail: 'a pipe, a socket or a device' };
  } catch (thrown) {
    return isLink
      ? { reason: 'broken-link', detail: `the link leads nowhere: ${why(thrown)}` }
      : { reason: 'unreadable', detail: why(thrown) };
  }
};

/** Node replaces what is not UTF-8 in a name by U+FFFD, and no longer finds the file. */
const isFound = (root: string, path: string): boolean => !path.includes('\uFFFD') || existsSync(join(root, path));

/** Lists a folder of the root. A folder that cannot be read is passed over itself. */
export const entriesOf = async (root: string, folder: string): Promise<FolderEntries> => {
  // Mutable, and local.
  const folders: string[] = [];
  const files: string[] = [];
  const passedOver: PassedOver[] = [];
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => byCodePoint(a.name, b.name))) {
      const { name } = entry;
      const path = within(folder, name);
      if (!isFound(root, path))
        passedOver.push({ path, reason: 'unreadable', detail: 'its name is not valid UTF-8: rename it' });
      else if (name.startsWith('.')) passedOver.push({ path, reason: 'hidden', detail: 'its name begins with a dot' });
      else if (entry.isFile()) files.push(name);
      else if (entry.isDirectory()) folders.push(name);
      else {
        const kind = await kindOf(root, path, entry.isSymbolicLink());
        if (kind === 'file') files.push(name);
        else if (kind === 'folder') folders.push(name);
        else passedOver.push({ path, ...kind });
      }
    }
  } catch (thrown) {
    passedOver.push({ path: folder, reason: 'unreadable', detail: why(thrown) });
  }
  return { folders, files, passedOver };
};

/** A folder and those that it is in, up to the root, as the file system knows them. */
const placesOf = (root: string, folder: string): Promise<readonly (string | undefined)[]> => {
  const names = folder === '' ? [] : folder.split('/');
  const folders = ['', ...names.map((_, i) => names.slice(0, i + 1).join('/'))];
  return Promise.all(folders.map((path) => realpath(join(root, path)).catch(() => undefined)));
};

/** All files in a folder of the root and in its folders, as paths within the root. */
export const filesBelow = async (root: string, folder: string): Promise<FilesBelow> => {
  const places = await placesOf(root, folder);
  const real = places.at(-1);
  if (real !== undefined && places.indexOf(real) < places.length - 1)
    return {
      files: [],
      passedOver: [{ path: folder, reason: 'link-loop', detail: 'a link to a folder that it is in' }],
    };
  const here = await entriesOf(root, folder);
  // One after the other: a data set has few folders, and the order of the files stays that of their names.
  const below: FilesBelow[] = [];
  for (const name of here.folders) below.push(await filesBelow(root, within(folder, name)));
  return {
    files: [...here.files.map((name) => within(folder, name)), ...below.flatMap(({ files }) => files)],
    passedOver: [...here.passedOver, ...below.flatMap(({ passedOver }) => passedOver)],
  };
};
