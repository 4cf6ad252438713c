/**
 * Downloads a published archive into the cache. All work happens in a temporary folder beside the final one. Files are moved
 * to their final place only after the whole archive has been received and its checksum is right, so an interrupted download
 * leaves nothing behind, and two processes may download at the same time. The folder of a killed process is removed by the next
 * download.
 *
 * @module
 */
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { extract } from 'tar';
import { fileProblem } from '../../node/file-error.js';
import { makeFolders } from '../../node/make-folders.js';
import { removeAbandoned, temporaryName } from '../../node/temporary-files.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import type { Download } from '../datasets.js';
import { type Blame, type DownloadOptions, receive, showBytes } from './receive.js';

/** Whether unpacking failed because a file cannot be written; otherwise the archive is to blame. */
const isOfFile = (thrown: unknown): boolean =>
  thrown instanceof Error && 'syscall' in thrown && thrown.syscall !== 'access';

const isFull = (cause: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(cause) ?? '');

const unpack = (
  archive: string,
  names: readonly string[],
  { url }: Download,
  { unwritable, byHand }: Blame,
): TE.TaskEither<DataError, void> =>
  TE.tryCatch(
    async () => {
      const cwd = dirname(archive);
      const filter = (path: string): boolean => names.includes(basename(path));
      await extract({ file: archive, cwd, strict: true, strip: 1, filter });
      for (const name of names) await access(join(cwd, name));
    },
    (thrown) =>
      isOfFile(thrown)
        ? unwritable(thrown)
        : dataError('corrupt', url, `an archive with ${names.join(', ')}`, messageOf(thrown), byHand),
  );

/**
 * Downloads the archive and puts the files with the given names into `target`.
 *
 * Errors: `network` if the download fails, `oversized` or `checksum` if it differs from the published file, `corrupt` if it cannot
 * be unpacked, `unwritable` if the cache cannot be written to.
 */
export const download = (
  source: Download,
  names: readonly string[],
  target: string,
  options: DownloadOptions = {},
): TE.TaskEither<DataError, void> => {
  const blame: Blame = {
    byHand: `Download it by hand, unpack it and put ${names.join(', ')} into ${target}, or give their folder with --data DIR.`,
    unwritable: (cause) =>
      isFull(cause)
        ? dataError(
            'unwritable',
            target,
            `room for an archive of ${showBytes(source.bytes)} and its files`,
            `a failure: ${fileProblem(cause)}`,
            'Free some space, or set VITRAIL_CACHE to a folder on another disk.',
          )
        : dataError(
            'unwritable',
            target,
            'a folder to write to',
            fileProblem(cause),
            'Set VITRAIL_CACHE to another folder.',
          ),
  };
  const work = (temporary: string): TE.TaskEither<DataError, void> => {
    const archive = join(temporary, 'archive.tar.gz');
    return pipe(
      receive(source, archive, options, blame),
      TE.chain(() => unpack(archive, names, source, blame)),
      TE.chain(() =>
        TE.tryCatch(async () => {
          await makeFolders(target);
          for (const name of names) await rename(join(temporary, name), join(target, name));
        }, blame.unwritable),
      ),
      TE.filterOrElse(
        () => options.signal?.aborted !== true,
        () => dataError('network', source.url, 'to go on', 'a stop', 'The files are in the cache now.'),
      ),
    );
  };
  return TE.bracket(
    TE.tryCatch(async () => {
      await makeFolders(dirname(target));
      await removeAbandoned(dirname(target))();
      const temporary = temporaryName(target);
      await mkdir(temporary);
      return temporary;
    }, blame.unwritable),
    work,
    // Where unpacking fails, files that were begun may still appear: then another try removes them.
    (temporary) => TE.tryCatch(() => rm(temporary, { recursive: true, force: true, maxRetries: 5 }), blame.unwritable),
  );
};
