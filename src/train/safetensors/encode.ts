/**
 * Writes safetensors: eight bytes with the length of a JSON header, the header, the numbers. With a hash function, the
 * metadata gets a SHA-256 of the rest of the header and of the numbers, which every other reader of the format ignores.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { hostTensorProblem } from '../../core/host-tensor-problem.js';
import { storedAs } from './dtypes.js';
import { type SafetensorsError, safetensorsError, tensorNamed } from './error.js';
import { LENGTH_BYTES, LONGEST_HEADER } from './header.js';

/** Tensors by name, and text about them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, HostTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The SHA-256 of chunks one after the other, in hexadecimal. `sha256` of `vitrail/train` is Node's. */
export type Sha256 = (chunks: readonly Uint8Array[]) => string;

const bytesOf = ({ data }: HostTensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const check = ({ tensors, metadata }: TensorFile): E.Either<SafetensorsError, void> => {
  if (Object.hasOwn(tensors, '__metadata__')) {
    return E.left(safetensorsError(tensorNamed('__metadata__'), 'another name', 'the one that the format reserves'));
  }
  if (Object.hasOwn(metadata, 'sha256')) {
    return E.left(safetensorsError('the metadata', 'no sha256, which is reserved for the checksum', 'one'));
  }
  for (const [name, tensor] of Object.entries(tensors)) {
    const problem = hostTensorProblem(tensor);
    if (problem !== undefined)
      return E.left(
        safetensorsError(tensorNamed(name), 'numbers that fit their type and shape', `a tensor that ${problem}`),
      );
  }
  return E.right(undefined);
};

const headerText = ({ tensors, metadata }: TensorFile): string => {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const begin = offset;
    offset += tensor.data.byteLength;
    return [name, { dtype: storedAs[tensor.dtype], shape: tensor.shape, data_offsets: [begin, offset] }] as const;
  });
  return JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
};

/**
 * The bytes of a file, in chunks to be written one after the other: the header, then one chunk per tensor. The chunks are
 * views of the tensors, not copies.
 *
 * Returns a `SafetensorsError` for a reserved name, a tensor whose data do not have the size of its shape, or a header
 * that is too long.
 *
 * @example
 * const chunks = orThrow(encodeTensors({ tensors: { scale: float32([2], [1, 1]) }, metadata: {} }, sha256));
 */
export const encodeTensors = (file: TensorFile, sha256?: Sha256): E.Either<SafetensorsError, readonly Uint8Array[]> =>
  pipe(
    check(file),
    E.chain(() => {
      const data = Object.values(file.tensors).map(bytesOf);
      const encoder = new TextEncoder();
      const plain = headerText(file);
      const text =
        sha256 === undefined
          ? plain
          : headerText({
              ...file,
              metadata: { ...file.metadata, sha256: sha256([encoder.encode(plain), ...data]) },
            });
      const encoded = encoder.encode(text);
      // The numbers start at a multiple of eight: the format allows spaces at the end of the header.
      const padded = new Uint8Array(Math.ceil(encoded.length / 8) * 8).fill(0x20);
      padded.set(encoded);
      if (padded.length > LONGEST_HEADER) {
        return E.left(safetensorsError('the header', `at most ${LONGEST_HEADER} bytes`, String(padded.length)));
      }
      const length = new Uint8Array(LENGTH_BYTES);
      new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
      return E.right([length, padded, ...data]);
    }),
  );
