/**
 * The safetensors format: eight bytes with the length of a JSON header, the header, the numbers. Anything that reads
 * safetensors reads these files. Written by hand, as the one package on npm is an empty beginning (see docs/decisions.md).
 *
 * Beyond the format, the header's metadata carries a SHA-256 of the rest of the header and of the numbers.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { sizeOf } from '../core/axes.js';
import { decode, wholeNumber } from '../core/config.js';
import type { HostTensor } from '../core/host-tensor.js';

/** Tensors by name, and text about them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, HostTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const types = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

const bytesOf = (tensor: HostTensor): Uint8Array =>
  new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);

const checksum = (header: string, data: readonly Uint8Array[]): string =>
  data.reduce((hash, chunk) => hash.update(chunk), createHash('sha256').update(header)).digest('hex');

type Header = Readonly<Record<string, unknown>>;

const withoutChecksum = (header: Header): string => {
  const { sha256: _, ...metadata } = header.__metadata__ as Readonly<Record<string, string>>;
  return JSON.stringify({ ...header, __metadata__: metadata });
};

/** The bytes of a file, in chunks to be written one after the other. */
export const encodeTensors = ({ tensors, metadata }: TensorFile): readonly Uint8Array[] => {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const begin = offset;
    offset += tensor.data.byteLength;
    return [name, { dtype: types[tensor.dtype], shape: tensor.shape, data_offsets: [begin, offset] }] as const;
  });
  const data = Object.values(tensors).map(bytesOf);
  const header: Header = { __metadata__: metadata, ...Object.fromEntries(entries) };
  const sha256 = checksum(withoutChecksum(header), data);
  const text = JSON.stringify({ ...header, __metadata__: { ...metadata, sha256 } });
  const encoded = new TextEncoder().encode(text);
  // The numbers start at a multiple of eight: the format allows spaces at the end of the header.
  const padded = new Uint8Array(Math.ceil(encoded.length / 8) * 8).fill(0x20);
  padded.set(encoded);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...data];
};

const Entry = t.type({
  dtype: t.keyof({ F32: null, I32: null, BOOL: null }, 'F32, I32 or BOOL'),
  shape: t.array(wholeNumber),
  data_offsets: t.tuple([wholeNumber, wholeNumber]),
});
const FileHeader = t.intersection([
  t.type({ __metadata__: t.record(t.string, t.string) }),
  t.record(t.string, t.unknown),
]);

const decoders = {
  F32: (bytes: Uint8Array): Pick<HostTensor, 'dtype' | 'data'> => ({
    dtype: 'float32',
    data: new Float32Array(new Uint8Array(bytes).buffer),
  }),
  I32: (bytes: Uint8Array): Pick<HostTensor, 'dtype' | 'data'> => ({
    dtype: 'int32',
    data: new Int32Array(new Uint8Array(bytes).buffer),
  }),
  BOOL: (bytes: Uint8Array): Pick<HostTensor, 'dtype' | 'data'> => ({ dtype: 'bool', data: new Uint8Array(bytes) }),
};

const parseHeader = (bytes: Uint8Array): E.Either<string, { readonly header: Header; readonly start: number }> => {
  if (bytes.length < 8) return E.left(`cut short: ${bytes.length} bytes, and the length of the header alone takes 8`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) {
    return E.left(`cut short or damaged: a header of ${length} bytes is announced in a file of ${bytes.length}`);
  }
  return pipe(
    E.tryCatch(
      () => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))) as unknown,
      () => 'damaged, or no safetensors file: its header is not JSON',
    ),
    E.chain((json) =>
      pipe(
        decode(FileHeader)(json),
        E.mapLeft((error) => `its header does not fit: ${error.message}`),
      ),
    ),
    E.map((header) => ({ header, start: 8 + length })),
  );
};

/** Reads a file that `encodeTensors` wrote, or says what is wrong with it: every byte is checked. */
export const decodeTensors = (bytes: Uint8Array): E.Either<string, TensorFile> =>
  pipe(
    parseHeader(bytes),
    E.chain(({ header, start }) => {
      const { __metadata__, ...named } = header as { readonly __metadata__: Readonly<Record<string, string>> };
      const { sha256, ...metadata } = __metadata__;
      return pipe(
        E.traverseArray(([name, entry]: readonly [string, unknown]) =>
          pipe(
            decode(Entry)(entry),
            E.bimap(
              (error) => `the entry of '${name}' does not fit: ${error.message}`,
              (fields) => [name, fields] as const,
            ),
          ),
        )(Object.entries(named)),
        E.chain((entries) => {
          const end = entries.reduce((last, [, entry]) => Math.max(last, entry.data_offsets[1]), 0);
          if (start + end !== bytes.length) {
            return E.left(`cut short or damaged: expected ${start + end} bytes, got ${bytes.length}`);
          }
          const bad = entries.find(
            ([
              ,
              {
                dtype,
                shape,
                data_offsets: [from, to],
              },
            ]) => to - from !== sizeOf(shape) * (dtype === 'BOOL' ? 1 : 4),
          );
          if (bad !== undefined) return E.left(`damaged: '${bad[0]}' has not as many bytes as its shape needs`);
          if (sha256 !== checksum(withoutChecksum(header), [bytes.subarray(start)])) {
            return E.left('damaged: its numbers do not give the checksum in its header');
          }
          return E.right(entries);
        }),
        E.map((entries) => ({
          metadata,
          tensors: Object.fromEntries(
            entries.map(
              ([
                name,
                {
                  dtype,
                  shape,
                  data_offsets: [from, to],
                },
              ]): readonly [string, HostTensor] => [
                name,
                { shape, ...decoders[dtype](bytes.subarray(start + from, start + to)) },
              ],
            ),
          ),
        })),
      );
    }),
  );
