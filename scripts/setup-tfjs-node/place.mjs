// Folders. The library looks in the same place: src/engine/tfjs/find-native-tfjs.ts.
import { readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `$VITRAIL_CACHE`, by default `vitrail` in the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`). */
export const cacheFolder = ({ VITRAIL_CACHE: own, XDG_CACHE_HOME: base } = process.env) =>
  own || join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'vitrail');

const PARTIAL = /^tfjs-node.*\.partial-(\d+)$/;

/** The temporary name of a folder while it is built. It contains the id of the process that builds it. */
export const partialOf = (folder) => `${folder}.partial-${process.pid}`;

const runs = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Removes the temporary folders of processes that were killed. */
export const removeLeftovers = (cache) => {
  for (const name of readdirSync(cache)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !runs(Number(pid))) rmSync(join(cache, name), { recursive: true });
  }
};
