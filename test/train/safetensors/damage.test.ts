import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { sha256 } from '../../../src/node/sha256.js';
import { decodeTensors, encodeTensors, type SafetensorsError, type TensorFile } from '../../../src/train/index.js';
import { forAll } from '../../core/harness.js';

const bytesOf = (file: TensorFile): Uint8Array =>
  new Uint8Array(Buffer.concat([...orThrow(encodeTensors(file, sha256))]));

const file: TensorFile = {
  tensors: {
    'blocks/0/weight': { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -2.5, 0, 3e-40, 1e38, -0) },
    step: { dtype: 'float32', shape: [], data: Float32Array.of(7) },
    labels: int32([2], [-1, 2 ** 31 - 1]),
    mask: { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
    empty: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
  },
  metadata: { vitrail: '1', run: '{"a":"é \\"quoted\\""}' },
};
const whole = bytesOf(file);
const headerLength = Number(new DataView(whole.buffer).getBigUint64(0, true));

/** The content or the error. An exception fails the test. */
const read = (bytes: Uint8Array): TensorFile | SafetensorsError => E.toUnion(decodeTensors(bytes, sha256));

const expectRefused = (bytes: Uint8Array, what: string): void =>
  expect(read(bytes), what).toMatchObject({
    _tag: 'SafetensorsError',
    message: expect.stringMatching(/^(the file|the header|tensor '.*'): expected .+, got .+$/s),
  });

// Without the name of the checksum: under another name it is ordinary metadata. Checkpoints reject unknown metadata.
const checksumName = new TextDecoder('latin1').decode(whole).indexOf('sha256');
const positions = [...whole.keys()].filter((at) => at < checksumName || at >= checksumName + 'sha256'.length);

const changed = (at: number, mask: number): Uint8Array => whole.map((byte, i) => (i === at ? byte ^ mask : byte));

describe('safetensors', () => {
  test('reads what it wrote: every type, scalars, empty tensors, metadata', () => {
    expect(read(whole)).toEqual(file);
    expect(read(bytesOf({ tensors: {}, metadata: {} }))).toEqual({ tensors: {}, metadata: {} });
  });

  const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text !== '__metadata__');
  const tensor: fc.Arbitrary<HostTensor> = fc.oneof(
    fc.float32Array({ maxLength: 6 }).map((data): HostTensor => ({ dtype: 'float32', shape: [data.length], data })),
    fc.int32Array({ maxLength: 6 }).map((data): HostTensor => ({ dtype: 'int32', shape: [1, data.length], data })),
    fc
      .array(fc.nat(1), { maxLength: 5 })
      .map((bits): HostTensor => ({ dtype: 'bool', shape: [bits.length], data: Uint8Array.from(bits) })),
  );
  const anyFile: fc.Arbitrary<TensorFile> = fc.record({
    tensors: fc.dictionary(name, tensor, { noNullPrototype: true, maxKeys: 6 }),
    metadata: fc.dictionary(
      name.filter((text) => text !== 'sha256'),
      fc.string({ unit: 'binary' }),
      { noNullPrototype: true, maxKeys: 4 },
    ),
  });

  test('preserves tensors of any name, bit by bit', () => {
    forAll([anyFile], (given) => expect(read(bytesOf(given))).toEqual(given), 200);
  });

  test('the same tensors always give the same bytes', () => {
    expect(sha256([whole])).toBe('c1a53c1149e9c1244bb8b4c2ced538ff54b923e1fad936214aa6e2cd9c1eef7e');
  });

  test('reads from the middle of a buffer', () => {
    const padded = new Uint8Array(whole.length + 13);
    padded.set(whole, 5);
    expect(read(padded.subarray(5, 5 + whole.length))).toEqual(file);
  });

  test('writes the published format: length, JSON header with offsets, numbers', () => {
    expect(headerLength % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + headerLength)));
    expect(header['blocks/0/weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(header.mask.dtype).toBe('BOOL');
    expect(header.labels).toEqual({ dtype: 'I32', shape: [2], data_offsets: [28, 36] });
    expect(header.__metadata__).toMatchObject(file.metadata);
    const numbers = new DataView(whole.buffer, 8 + headerLength);
    expect(numbers.getFloat32(4, true)).toBe(-2.5);
    expect(numbers.getInt32(28, true)).toBe(-1);
    // Without gaps: the numbers end where the file ends.
    const ends = Object.entries(header)
      .filter(([entry]) => entry !== '__metadata__')
      .map(([, entry]) => (entry as { data_offsets: [number, number] }).data_offsets[1]);
    expect(8 + headerLength + Math.max(...ends)).toBe(whole.length);
  });
});

describe('damage is rejected', () => {
  test('a file that is cut short anywhere', () => {
    for (let length = 0; length < whole.length; length++) expectRefused(whole.subarray(0, length), `${length} bytes`);
  });

  test('bytes after the end', () => {
    for (const more of [1, 4, 8, 1000])
      expectRefused(new Uint8Array([...whole, ...new Uint8Array(more)]), `${more} more`);
  });

  test('one flipped bit anywhere', () => {
    for (const at of positions)
      for (let bit = 0; bit < 8; bit++) expectRefused(changed(at, 1 << bit), `bit ${bit} of byte ${at}`);
  });

  test('one changed byte never changes numbers or names', () => {
    forAll(
      [fc.constantFrom(...positions), fc.integer({ min: 1, max: 255 })],
      (at, mask) => {
        const result = read(changed(at, mask));
        // Replacing white space in the header by other white space changes nothing.
        if (!('_tag' in result)) expect(result).toEqual(file);
      },
      3000,
    );
  });

  test.each([0, 1, 7, headerLength - 8, headerLength + 1, headerLength + 8, 2 ** 31, 2 ** 52])(
    'a header length of %d',
    (length) => {
      const wrong = whole.slice();
      new DataView(wrong.buffer).setBigUint64(0, BigInt(length), true);
      expectRefused(wrong, 'it');
    },
  );

  test('files of other formats', () => {
    expectRefused(new TextEncoder().encode('<!doctype html><title>404</title>'), 'a page');
    expectRefused(new Uint8Array(64), 'zeros');
    forAll([fc.uint8Array({ maxLength: 80 })], (bytes) => expectRefused(bytes, 'noise'));
  });

  test('only the checksum reveals a changed byte of a number', () => {
    const last = changed(whole.length - 4, 1);
    expect(read(last)).toMatchObject({ where: 'the file', expected: expect.stringContaining('the checksum') });
    expect(E.isRight(decodeTensors(last))).toBe(true);
  });
});
