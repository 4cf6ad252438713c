import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { sizeOf } from '../../core/axes.js';
import type { HostTensor } from '../../core/host-tensor.js';
import { storedTypes } from './dtypes.js';
import type { Sha256, TensorFile } from './encode.js';
import { type SafetensorsError, safetensorsError, tensorNamed, wrongChecksum } from './error.js';
import { headerEnd, parseHeader, type SafetensorsHeader, type TensorEntry } from './header.js';

/** Reads one tensor from its bytes, which are those of the file from `entry.start` to `entry.end`. */
export const decodeTensor = (entry: TensorEntry, bytes: Uint8Array): E.Either<SafetensorsError, HostTensor> => {
  const { name, dtype, shape } = entry;
  const fail = (expected: string, actual: string) => E.left(safetensorsError(tensorNamed(name), expected, actual));
  if (!Object.hasOwn(storedTypes, dtype))
    return fail(`a dtype of ${Object.keys(storedTypes).join(', ')}`, `'${dtype}'`);
  const { size, read } = storedTypes[dtype];
  const length = sizeOf(shape) * size;
  return bytes.length === length && entry.end - entry.start === length
    ? pipe(
        read(bytes),
        E.bimap(
          ({ expected, actual }) => safetensorsError(tensorNamed(name), expected, actual),
          (numbers) => ({ shape, ...numbers }),
        ),
      )
    : fail(`${length} bytes for ${dtype} [${shape}]`, String(bytes.length));
};

const checkSum = (
  { checksum }: SafetensorsHeader,
  data: Uint8Array,
  sha256: Sha256 | undefined,
): E.Either<SafetensorsError, void> => {
  if (checksum === undefined || sha256 === undefined) return E.right(undefined);
  const found = sha256([new TextEncoder().encode(checksum.header), data]);
  return found === checksum.sha256 ? E.right(undefined) : E.left(wrongChecksum(checksum.sha256, found));
};

/**
 * Reads a whole safetensors file, whatever wrote it. F64, F16 and BF16 become float32 (F64 rounded to the nearest),
 * integers int32, booleans bool.
 *
 * With `sha256`, the checksum that `encodeTensors` writes is checked; files of other programs have none.
 *
 * Returns a `SafetensorsError` for a file that is cut short or damaged, for tensors that overlap, leave gaps, occur twice
 * or have another size than their shape, for unknown number types, and for numbers that float32 or int32 cannot hold.
 *
 * @example
 * const { tensors, metadata } = orThrow(decodeTensors(await readFile('model.safetensors'), sha256));
 */
export const decodeTensors = (bytes: Uint8Array, sha256?: Sha256): E.Either<SafetensorsError, TensorFile> =>
  pipe(
    E.Do,
    E.bind('header', () => parseHeader(bytes, bytes.length)),
    E.bind('dataStart', () => headerEnd(bytes, bytes.length)),
    E.chainFirst(({ header, dataStart }) => checkSum(header, bytes.subarray(dataStart), sha256)),
    E.chain(({ header }) =>
      pipe(
        header.entries,
        E.traverseArray((entry) =>
          pipe(
            decodeTensor(entry, bytes.subarray(entry.start, entry.end)),
            E.map((tensor) => [entry.name, tensor] as const),
          ),
        ),
        E.map((tensors) => ({ tensors: Object.fromEntries(tensors), metadata: header.metadata })),
      ),
    ),
  );
