import type { Failure } from '../core/errors.js';
import { codeOf, messageOf } from './thrown.js';

/** A file or folder that cannot be read or written. */
export interface FileError extends Failure<'FileError'> {
  readonly path: string;
}

export const fileError = (path: string, problem: string): FileError => ({
  _tag: 'FileError',
  path,
  message: `${path}: ${problem}`,
});

const KNOWN: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EEXIST: 'a file is in the way of this folder',
};

/** What a thrown error of the file system means, in words. */
export const fileProblem = (thrown: unknown): string => KNOWN[codeOf(thrown) ?? ''] ?? messageOf(thrown);
