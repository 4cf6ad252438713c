import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The cache folder: `$VITRAIL_CACHE`, else `vitrail` in the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`). */
export const cacheFolder = (environment: Readonly<Record<string, string | undefined>> = process.env): string => {
  const { VITRAIL_CACHE: own, XDG_CACHE_HOME: base } = environment;
  // The XDG specification says to ignore a relative path.
  return own || join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'vitrail');
};
