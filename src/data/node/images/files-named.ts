import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../../../node/file-error.js';
import { filesBelow } from '../../../node/file-tree.js';
import type { Skipped } from '../../skipped.js';

export interface NamedFiles {
  readonly files: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** The files that paths name: a file itself, and all files in a folder, sorted by code point. What cannot be read is listed. */
export const filesNamed = async (paths: readonly string[]): Promise<NamedFiles> => {
  const each = await Promise.all(
    paths.map(async (path): Promise<NamedFiles> => {
      try {
        const found = await stat(path);
        if (found.isFile()) return { files: [path], skipped: [] };
        if (!found.isDirectory())
          return { files: [], skipped: [{ path, reason: 'not-a-file', detail: 'a pipe, a socket or a device' }] };
        const { files, passedOver } = await filesBelow(path, '');
        return {
          files: files.map((file) => join(path, file)),
          skipped: passedOver.map((one) => ({ ...one, path: join(path, one.path) })),
        };
      } catch (thrown) {
        return { files: [], skipped: [{ path, reason: 'unreadable', detail: fileProblem(thrown) }] };
      }
    }),
  );
  return { files: each.flatMap(({ files }) => files), skipped: each.flatMap(({ skipped }) => skipped) };
};
