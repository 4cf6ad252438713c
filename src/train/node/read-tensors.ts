/**
 * Reads a safetensors file tensor by tensor, so that it may be larger than the 2 GiB that Node reads at once.
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { type FileError, withFile } from '../../node/files.js';
import { runningSha256 } from '../../node/sha256.js';
import { wrongChecksum } from '../safetensors/error.js';
import { LENGTH_BYTES } from '../safetensors/header.js';
import {
  decodeTensor,
  headerEnd,
  parseHeader,
  type SafetensorsError,
  type SafetensorsHeader,
  type TensorFile,
} from '../safetensors/index.js';

/** How many bytes are read at once, at most. */
const PIECE_BYTES = 2 ** 26;

// Node ends the process for a length that int32 cannot hold.
const pieceOf = (bytes: number): number => Math.max(1, Math.min(PIECE_BYTES, Math.floor(bytes) || PIECE_BYTES));

/** Bytes of the file from `start` to `end`, fewer if the file ends before. */
const readRange = async (file: FileHandle, start: number, end: number, piece: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(end - start);
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(piece, bytes.length - done), start + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
};

const readEntries = async (
  file: FileHandle,
  { entries, metadata, checksum }: SafetensorsHeader,
  piece: number,
): Promise<E.Either<SafetensorsError, TensorFile>> => {
  const hash = runningSha256();
  if (checksum !== undefined) hash.add(new TextEncoder().encode(checksum.header));
  const tensors = new Map<string, HostTensor>();
  // The checksum is of the bytes in the order of the file. The header has made sure that the tensors fill it.
  for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
    const bytes = await readRange(file, entry.start, entry.end, piece);
    if (checksum !== undefined) hash.add(bytes);
    const tensor = decodeTensor(entry, bytes);
    if (E.isLeft(tensor)) return tensor;
    tensors.set(entry.name, tensor.right);
  }
  const found = hash.end();
  if (checksum !== undefined && found !== checksum.sha256) return E.left(wrongChecksum(checksum.sha256, found));
  return E.right({ tensors: Object.fromEntries(tensors), metadata });
};

/**
 * Reads a whole safetensors file as `decodeTensors` does, and checks its checksum if it has one. At most `pieceBytes` bytes are read at
 * once: 1 to 2²⁶, the default.
 *
 * Errors: a `FileError` for a file that cannot be read, a `SafetensorsError` for one that is damaged or of another format.
 *
 * @example
 * const { tensors, metadata } = await orThrow(readTensors('model.safetensors'));
 */
export const readTensors = (
  path: string,
  pieceBytes = PIECE_BYTES,
): TE.TaskEither<FileError | SafetensorsError, TensorFile> =>
  withFile(path, async (file): Promise<E.Either<SafetensorsError, TensorFile>> => {
    const piece = pieceOf(pieceBytes);
    const { size } = await file.stat();
    const start = await readRange(file, 0, Math.min(size, LENGTH_BYTES), piece);
    const end = headerEnd(start, size);
    if (E.isLeft(end)) return end;
    const header = parseHeader(await readRange(file, 0, end.right, piece), size);
    return E.isLeft(header) ? header : readEntries(file, header.right, piece);
  });
