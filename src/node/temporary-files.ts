/**
 * Temporary files and folders beside what they will replace. Their names say which process writes them, so that those of killed
 * processes can be found and removed.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FileError } from './file-error.js';
import { codeOf } from './thrown.js';

const HOUR = 3_600_000;

// A folder may be shared by several machines or containers, whose process numbers mean nothing here.
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const NAME = /\.([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.(?:tmp|claim)$/;

const ownName = (path: string, ending: 'tmp' | 'claim'): string =>
  `${path}.${machine}-${process.pid}-${randomUUID()}.${ending}`;

/** A new name in the same folder, for a file or folder that will be renamed to `path`. */
export const temporaryName = (path: string): string => ownName(path, 'tmp');

/** A new name in the same folder, for a file that says that this process uses `path`. */
export const claimName = (path: string): string => ownName(path, 'claim');

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to another user.
    return codeOf(error) === 'EPERM';
  }
};

/**
 * Whether nobody uses a temporary file or a claim any more: its process is dead, or had this process's number before it. Where that cannot
 * be seen, a file counts as abandoned if it has not changed for an hour.
 */
const isAbandoned = (owner: string, pid: number, changed: number): boolean => {
  if (changed < Date.now() - HOUR) return true;
  if (owner !== machine) return false;
  return pid === process.pid ? changed < Date.now() - 1000 * process.uptime() : !isAlive(pid);
};

/** When a file changed, or anything in a folder. */
const changeOf = async (path: string): Promise<number> => {
  const found = await stat(path);
  const names = found.isDirectory() ? await readdir(path) : [];
  const inside = await Promise.all(names.map((name) => changeOf(join(path, name))));
  return Math.max(found.mtimeMs, ...inside);
};

/** Whether a file with a name of this module belongs to nobody any more; undefined for other files and those that are gone. */
const isLeft = async (path: string): Promise<boolean | undefined> => {
  const [, owner, pid] = NAME.exec(path) ?? [];
  if (owner === undefined || pid === undefined) return undefined;
  const changed = await changeOf(path).catch(() => undefined);
  return changed === undefined ? undefined : isAbandoned(owner, Number(pid), changed);
};

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** The process number in the name of another living claim on `path` than this one, if there is one. */
export const otherClaim = async (path: string, mine: string): Promise<string | undefined> => {
  for (const name of await namesIn(dirname(path))) {
    const other = join(dirname(path), name);
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith('.claim') || other === mine) continue;
    if ((await isLeft(other)) === false) return NAME.exec(name)?.[2];
  }
  return undefined;
};

/** Removes temporary files, folders and claims that killed processes left in a folder. What cannot be removed stays: it does no harm. */
export const removeAbandoned = (folder: string): TE.TaskEither<FileError, void> =>
  TE.fromTask(async () => {
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      if ((await isLeft(path)) === true) await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  });
