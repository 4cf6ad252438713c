/**
 * Downloads a published archive into the cache. All work happens in a temporary folder beside the final one. Files are moved
 * to their final place only after the whole archive has been received and its checksum is right, so an interrupted download
 * leaves nothing behind, and two processes may download at the same time.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { extract } from 'tar';
import { makeFolders } from '../../node/make-folders.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import type { Download } from '../datasets.js';

/** How many bytes have been received. `total` is missing if the server does not send it. */
export interface DownloadProgress {
  readonly received: number;
  readonly total?: number;
}

export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Stops the download, which then returns a `network` error. */
  readonly signal?: AbortSignal | undefined;
}

// fetch puts the reason (ECONNREFUSED, ENOTFOUND, …) into the cause.
const reason = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return codeOf(cause) ?? messageOf(cause);
};

// Only errors of the file have one of these calls: fetch wraps those of the network.
const isOfFile = (thrown: unknown): boolean =>
  thrown instanceof Error && 'syscall' in thrown && (thrown.syscall === 'open' || thrown.syscall === 'write');

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

const receive = async (
  { url }: Download,
  archive: string,
  { onProgress, signal }: DownloadOptions,
): Promise<string> => {
  // The archive is compressed already. fetch would undo a second compression, but the checksum and length are of what is published.
  const response = await fetch(url, { signal: signal ?? null, headers: { 'accept-encoding': 'identity' } });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status} ${response.statusText}`);
  const length = Number(response.headers.get('content-length'));
  const hash = createHash('md5');
  let received = 0;
  await pipeline(
    chunksOf(response.body),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        received += chunk.length;
        onProgress?.({ received, ...(length > 0 ? { total: length } : {}) });
        yield chunk;
      }
    },
    createWriteStream(archive),
  );
  return hash.digest('hex');
};

/**
 * Downloads the archive and puts the files with the given names into `target`.
 *
 * Errors: `network` if the download fails, `checksum` if it differs from the published file, `corrupt` if it cannot be
 * unpacked, `unwritable` if the cache cannot be written to.
 */
export const download = (
  source: Download,
  names: readonly string[],
  target: string,
  options: DownloadOptions = {},
): TE.TaskEither<DataError, void> => {
  const byHand = `Download it by hand, unpack it and put ${names.join(', ')} into ${target}, or give their folder with --data DIR.`;
  const unwritable = (cause: unknown): DataError =>
    dataError('unwritable', target, 'a folder to write to', messageOf(cause), 'Set VITRAIL_CACHE to another folder.');

  const work = (temporary: string): TE.TaskEither<DataError, void> => {
    const archive = join(temporary, 'archive.tar.gz');
    return pipe(
      TE.tryCatch(
        () => receive(source, archive, options),
        (thrown) =>
          isOfFile(thrown)
            ? unwritable(thrown)
            : dataError('network', source.url, `an archive of ${source.size}`, reason(thrown), byHand),
      ),
      TE.filterOrElse(
        (md5) => md5 === source.md5,
        (md5) =>
          dataError('checksum', source.url, `MD5 ${source.md5}`, md5, `This is not the published file. ${byHand}`),
      ),
      TE.chain(() =>
        TE.tryCatch(
          async () => {
            const filter = (path: string): boolean => names.includes(basename(path));
            await extract({ file: archive, cwd: temporary, strict: true, strip: 1, filter });
            for (const name of names) await access(join(temporary, name));
          },
          (thrown) =>
            dataError('corrupt', source.url, `an archive with ${names.join(', ')}`, messageOf(thrown), byHand),
        ),
      ),
      TE.chain(() =>
        TE.tryCatch(async () => {
          await makeFolders(target);
          for (const name of names) await rename(join(temporary, name), join(target, name));
        }, unwritable),
      ),
    );
  };

  return TE.bracket(
    TE.tryCatch(async () => {
      await makeFolders(dirname(target));
      return mkdtemp(join(dirname(target), '.download-'));
    }, unwritable),
    work,
    (temporary) => TE.tryCatch(() => rm(temporary, { recursive: true, force: true }), unwritable),
  );
};
