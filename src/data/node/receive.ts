/**
 * Receives a published archive: no more bytes than it has, and only those that were published.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { codeOf, messageOf } from '../../node/thrown.js';
import { type DataError, dataError } from '../data-error.js';
import type { Download } from '../datasets.js';
import { withResponse } from './http-response.js';

/** How many bytes have been received. `total` is missing if the server does not send it. */
export interface DownloadProgress {
  readonly received: number;
  readonly total?: number;
}

export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Stops the download, which then returns a `network` error. */
  readonly signal?: AbortSignal | undefined;
  /** After how many milliseconds without a byte a server counts as silent. Default: 30,000. */
  readonly patience?: number | undefined;
}

const PATIENCE = 30_000;

/** `170 MB` */
export const showBytes = (bytes: number): string =>
  bytes < 1e6 ? `${bytes} bytes` : `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;

// Errors of signals and of the network have their reason (ECONNREFUSED, ENOTFOUND, …) as their cause.
const reason = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return codeOf(cause) ?? messageOf(cause);
};

/** How errors are reported to the user. */
export interface Blame {
  readonly unwritable: (cause: unknown) => DataError;
  /** What to do without the download. */
  readonly byHand: string;
}

/** Writes chunks into a new file, and returns their MD5. */
const write = async (
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  { url, bytes }: Download,
  { unwritable, byHand }: Blame,
  onBytes?: (received: number) => void,
): Promise<E.Either<DataError, string>> => {
  const opened = await TE.tryCatch(() => open(path, 'wx'), unwritable)();
  if (E.isLeft(opened)) return opened;
  const file = opened.right;
  const hash = createHash('md5');
  let received = 0;
  try {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (received > bytes)
        return E.left(
          dataError('oversized', url, `${bytes} bytes`, 'more', `This is not the published file. ${byHand}`),
        );
      hash.update(chunk);
      const written = await TE.tryCatch(() => file.writeFile(chunk), unwritable)();
      if (E.isLeft(written)) return written;
      onBytes?.(received);
    }
  } finally {
    await file.close();
  }
  return E.right(hash.digest('hex'));
};

/** Undoes the encoding of a received file. */
const decoded = (archive: string, source: Download, blame: Blame): Promise<E.Either<DataError, string>> => {
  const plain = `${archive}.decoded`;
  return TE.tryCatch(
    async () => {
      const md5 = await pipeline(createReadStream(archive), createGunzip(), (chunks: AsyncIterable<Uint8Array>) =>
        write(chunks, plain, source, blame),
      );
      await rename(plain, archive);
      return md5;
    },
    (cause) =>
      dataError('corrupt', source.url, 'a body that is encoded as its header says', messageOf(cause), blame.byHand),
  )().then(E.flatten);
};

/**
 * Downloads a published archive into a new file.
 *
 * Errors: `network`, `oversized` and `checksum` where the server does not send the published file, `unwritable`.
 */
export const receive = (
  source: Download,
  archive: string,
  { onProgress, signal, patience = PATIENCE }: DownloadOptions,
  blame: Blame,
): TE.TaskEither<DataError, void> => {
  const { url, md5, bytes } = source;
  const whole = TE.tryCatch(
    () =>
      withResponse(url, { signal, patience }, async ({ headers, chunks }): Promise<E.Either<DataError, string>> => {
        const length = Number(headers['content-length']);
        const raw = await write(chunks, archive, source, blame, (received) =>
          onProgress?.({ received, ...(length > 0 ? { total: length } : {}) }),
        );
        // A server may say that an archive is gzip-encoded and send it unchanged, or compress it a second time: the checksum tells which.
        const isEncoded = headers['content-encoding'] === 'gzip' || headers['content-encoding'] === 'x-gzip';
        return E.isRight(raw) && raw.right !== md5 && isEncoded ? decoded(archive, source, blame) : raw;
      }),
    (thrown) => dataError('network', url, `an archive of ${showBytes(bytes)}`, reason(thrown), blame.byHand),
  );
  return async () => {
    const found = E.flatten(await whole());
    if (E.isLeft(found)) return found;
    return found.right === md5
      ? E.right(undefined)
      : E.left(
          dataError('checksum', url, `MD5 ${md5}`, found.right, `This is not the published file. ${blame.byHand}`),
        );
  };
};
