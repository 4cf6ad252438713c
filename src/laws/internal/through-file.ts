import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Failure } from '../../core/errors.js';
import { tensorsByPath } from '../../train/checkpoint.js';
import { restore } from '../../train/restore.js';
import { decodeTensors, encodeTensors } from '../../train/safetensors/index.js';

const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
};

/** A tree of host tensors as it is declared, after it was written to the bytes of a file, read and restored. */
export const throughFile = (declared: unknown, hosts: unknown): E.Either<Failure, unknown> =>
  pipe(
    encodeTensors({ tensors: tensorsByPath(hosts), metadata: {} }),
    E.chain((chunks) => decodeTensors(joined(chunks))),
    E.chainW(({ tensors }) => restore({ params: declared }, tensors)),
  );
