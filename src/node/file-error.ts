import type { Failure } from '../core/errors.js';

/** A file or folder that cannot be read or written. */
export interface FileError extends Failure<'FileError'> {
  readonly path: string;
}

export const fileError = (path: string, problem: string): FileError => ({
  _tag: 'FileError',
  path,
  message: `${path}: ${problem}`,
});
