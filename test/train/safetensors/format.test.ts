import { describe, expect, test } from 'vitest';
import { float32, type HostTensor, int32 } from '../../../src/core/host-tensor.js';
import { orThrow } from '../../../src/core/or-throw.js';
import { sha256 } from '../../../src/node/sha256.js';
import { decodeTensor, decodeTensors, encodeTensors, headerEnd, parseHeader } from '../../../src/train/index.js';
import { left } from '../../core/harness.js';

/** A file with this header as text or JSON, and this many bytes of data. */
const fileOf = (header: unknown, data: number | Uint8Array = 8): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return new Uint8Array([...length, ...text, ...(typeof data === 'number' ? new Uint8Array(data) : data)]);
};

const f32 = (shape: unknown, from: unknown, to: unknown) => ({ dtype: 'F32', shape, data_offsets: [from, to] });

/** The tensor of one type with these bytes as its data. */
const single = (dtype: string, shape: readonly number[], data: { readonly buffer: ArrayBufferLike }) => {
  const bytes = new Uint8Array(data.buffer);
  return decodeTensors(fileOf({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes));
};

describe('invalid headers are rejected: the error says where, what was expected and what was found', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['too few bytes', { a: f32([3], 0, 8) }, "tensor 'a'", /12 bytes for F32 \[3\], got data_offsets \[0,8\]/],
    ['bytes cut in the middle of a number', { a: f32([2], 0, 7) }, "tensor 'a'", /8 bytes.*\[0,7\]/],
    ['a reversed range', { a: f32([2], 8, 0) }, "tensor 'a'", /8 bytes.*\[8,0\]/],
    ['a negative size', { a: f32([-2, -1], 0, 8) }, "tensor 'a'", /whole numbers, got \[-2,-1\]/],
    ['half a size', { a: f32([2.5], 0, 10) }, "tensor 'a'", /whole numbers, got \[2.5\]/],
    ['a size that is not exact', { a: f32([2 ** 60], 0, 8) }, "tensor 'a'", /whole numbers/],
    ['a product that is not exact', { a: f32([2 ** 50, 2 ** 50], 0, 8) }, "tensor 'a'", /bytes for F32/],
    ['no shape', { a: { dtype: 'F32', data_offsets: [0, 8] } }, "tensor 'a'", /shape of whole numbers, got nothing/],
    ['a negative offset', { a: f32([2], -8, 0) }, "tensor 'a'", /data_offsets of two whole numbers, got \[-8,0\]/],
    ['three offsets', { a: { ...f32([2], 0, 8), data_offsets: [0, 8, 8] } }, "tensor 'a'", /two whole numbers/],
    ['an unknown type', { a: { ...f32([8], 0, 8), dtype: 'F8_E4M3' } }, "tensor 'a'", /BOOL\), got "F8_E4M3"/],
    ['an inherited name as the type', { a: { ...f32([8], 0, 8), dtype: 'toString' } }, "tensor 'a'", /"toString"/],
    ['an entry that is not an object', { a: [1] }, "tensor 'a'", /an object with dtype/],
    ['an overlap', { a: f32([2], 0, 8), b: f32([1], 4, 8) }, "tensor 'b'", /begins at 8, got an overlap.*: 4/],
    ['the same place', { a: f32([2], 0, 8), b: f32([2], 0, 8) }, "tensor 'b'", /overlap/],
    ['a gap', { a: f32([1], 4, 8) }, "tensor 'a'", /begins at 0, got a gap.*: 4/],
    ['a gap within', { b: f32([0], 4, 4), a: f32([1], 0, 4), c: f32([0], 6, 6) }, "tensor 'c'", /gap/],
    ['bytes after the last tensor', { a: f32([1], 0, 4) }, 'the file', /expected 66 bytes, got 70/],
    ['data beyond the end', { a: f32([4], 0, 16) }, 'the file', /expected \d+ bytes, got/],
    ['a name twice', '{"a":{"dtype":"BOOL","shape":[8],"data_offsets":[0,8]},"a":{}}', 'the header', /"a" twice/],
    ['a name twice, once escaped', '{"a" : {}, "\\u0061"                    : {}}', 'the header', /"a" twice/],
    ['a field twice', '{"a":{"dtype":"BOOL","dtype":"I8"}}', 'the header', /"dtype" twice/],
    ['metadata twice', '{"__metadata__":{"a":"x","a":"y"}}', 'the header', /"a" twice/],
    ['deep nesting', `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'the header', /at most 3 levels/],
    ['metadata that is not text', { __metadata__: { a: 1 } }, 'the header', /text as the metadata "a", got 1/],
    ['metadata that is a list', { __metadata__: [] }, 'the header', /__metadata__ that is an object/],
    ['a list', [], 'the header', /a JSON object, got a list/],
    ['half of it', '{"a":', 'the header', /JSON in UTF-8/],
    ['a byte order mark', '\ufeff{}', 'the header', /JSON in UTF-8/],
  ])('%s', (_, header, where, message) => {
    expect(left(decodeTensors(fileOf(header)))).toMatchObject({
      _tag: 'SafetensorsError',
      where,
      message: expect.stringMatching(message),
    });
  });

  test('a header that is longer than the format allows', () => {
    const length = new Uint8Array(new BigUint64Array([100_000_001n]).buffer);
    expect(left(headerEnd(length, 2 ** 40)).message).toBe(
      'the header: expected at most 100000000 bytes, got 100000001',
    );
    const longest = new Uint8Array(new BigUint64Array([100_000_000n]).buffer);
    expect(orThrow(headerEnd(longest, 2 ** 40))).toBe(100_000_008);
    expect(left(headerEnd(longest, 100_000_007)).where).toBe('the file');
  });

  test('names in messages are short and on one line', () => {
    const name = `line\n${'x'.repeat(1000)}`;
    const { message } = left(decodeTensors(fileOf({ [name]: {} })));
    expect(message.length).toBeLessThan(300);
    expect(message).not.toContain('\n');
  });
});

describe('files of other programs', () => {
  test('strings of any content in the metadata, and braces and quotes in names', () => {
    const metadata = { text: '{"a":1,"a":2}[[[[[[', 'quoted "a": \\': '\\"' };
    const file = { __metadata__: metadata, 'a"b:{': f32([2], 0, 8) };
    const read = orThrow(decodeTensors(fileOf(file), sha256));
    expect(read.metadata).toEqual(metadata);
    expect(read.tensors['a"b:{']).toEqual(float32([2], [0, 0]));
  });

  test('no metadata, no tensors, additional fields, tensors in any order, empty tensors anywhere', () => {
    expect(orThrow(decodeTensors(fileOf({}, 0)))).toEqual({ tensors: {}, metadata: {} });
    const entries = {
      b: { ...f32([1], 4, 8), own: 1 },
      e: f32([0, 2 ** 50], 4, 4),
      a: f32([], 0, 4),
      f: f32([0], 8, 8),
    };
    const { tensors } = orThrow(decodeTensors(fileOf(entries)));
    expect(Object.keys(tensors)).toEqual(['b', 'e', 'a', 'f']);
    expect(tensors.e).toEqual(float32([0, 2 ** 50], []));
  });
});

describe('numbers', () => {
  const hexadecimal = (...values: readonly number[]) => Uint16Array.from(values);

  test('every half-precision number matches its definition', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const value = (bits: number): number => {
      const text = bits.toString(2).padStart(16, '0');
      const [sign, exponent, fraction] = [text[0] === '1' ? -1 : 1, text.slice(1, 6), text.slice(6)];
      const number = Number.parseInt(exponent, 2);
      if (number === 31) return Number.parseInt(fraction, 2) === 0 ? sign * Infinity : NaN;
      const significand = Number.parseInt((number === 0 ? '0' : '1') + fraction, 2);
      return sign * significand * 2 ** (Math.max(number, 1) - 25);
    };
    const tensor = orThrow(single('F16', [2 ** 16], all)).tensors.x;
    expect(tensor).toEqual(float32([2 ** 16], Array.from(all, value)));
  });

  test('bfloat16 is the upper half of float32', () => {
    const { x } = orThrow(single('BF16', [5], hexadecimal(0x3f80, 0xc020, 0x7f80, 0x8000, 0x0001))).tensors;
    expect(x).toEqual(float32([5], [1, -2.5, Infinity, -0, 2 ** -133]));
  });

  test('F64 is rounded to the nearest float32', () => {
    const { x } = orThrow(single('F64', [4], Float64Array.of(0.1, 1 + 2 ** -24, -Infinity, NaN))).tensors;
    expect(x).toEqual(float32([4], [Math.fround(0.1), 1, -Infinity, NaN]));
  });

  test.each<[string, { readonly buffer: ArrayBufferLike }, string]>([
    ['I64', BigInt64Array.of(2n ** 31n), 'integers that int32 can hold, got 2147483648'],
    ['I64', BigInt64Array.of(-(2n ** 31n) - 1n), 'integers that int32 can hold, got -2147483649'],
    ['U64', BigUint64Array.of(2n ** 64n - 1n), 'integers that int32 can hold, got 18446744073709551615'],
    ['U32', Uint32Array.of(2 ** 31), 'integers that int32 can hold, got 2147483648'],
    ['F64', Float64Array.of(1e39), 'numbers that float32 can hold, got 1e+39'],
    ['BOOL', Uint8Array.of(2), 'bytes that are 0 or 1, got 2'],
  ])('%s that does not fit is rejected', (dtype, data, problem) => {
    expect(left(single(dtype, [1], data)).message).toBe(`tensor 'x': expected ${problem}`);
  });
});

describe('reading in pieces', () => {
  const tensors: Readonly<Record<string, HostTensor>> = { a: int32([3], [1, 2, 3]), b: float32([2], [0.5, -1]) };
  const chunks = orThrow(encodeTensors({ tensors, metadata: { about: 'it' } }, sha256));
  const bytes = new Uint8Array(Buffer.concat([...chunks]));

  test('the header, then one tensor after the other', () => {
    const end = orThrow(headerEnd(bytes.subarray(0, 8), bytes.length));
    const { entries, metadata, checksum } = orThrow(parseHeader(bytes.subarray(0, end), bytes.length));
    expect(metadata).toEqual({ about: 'it' });
    expect(checksum?.sha256).toBe(
      sha256([new TextEncoder().encode(checksum?.header), bytes.subarray(end, end + 12), bytes.subarray(end + 12)]),
    );
    expect(entries.map(({ name, start, end: to }) => [name, start - end, to - end])).toEqual([
      ['a', 0, 12],
      ['b', 12, 20],
    ]);
    for (const entry of entries) {
      expect(orThrow(decodeTensor(entry, bytes.subarray(entry.start, entry.end)))).toEqual(tensors[entry.name]);
      expect(left(decodeTensor(entry, bytes.subarray(entry.start, entry.end - 1))).where).toBe(
        `tensor '${entry.name}'`,
      );
    }
  });

  test('the header of a file larger than any buffer', () => {
    const numbers = 2 ** 40;
    const start = fileOf({ a: f32([numbers], 0, 4 * numbers) }, 0);
    const { entries } = orThrow(parseHeader(start, start.length + 4 * numbers));
    expect(entries).toEqual([
      { name: 'a', dtype: 'F32', shape: [numbers], start: start.length, end: start.length + 4 * numbers },
    ]);
  });

  test('a header that is cut off', () => {
    const end = orThrow(headerEnd(bytes, bytes.length));
    expect(left(parseHeader(bytes.subarray(0, end - 1), bytes.length)).where).toBe('the header');
  });
});

describe('tensors that cannot be written', () => {
  test.each([
    ['a reserved name', { tensors: { __metadata__: float32([], [1]) }, metadata: {} }, "tensor '__metadata__'"],
    ['numbers that do not fill the shape', { tensors: { a: float32([2], [1]) }, metadata: {} }, "tensor 'a'"],
    [
      'data of another type',
      { tensors: { a: { ...int32([2], [1, 2]), data: new Uint8Array(2) } }, metadata: {} },
      "tensor 'a'",
    ],
    ['a checksum of its own', { tensors: {}, metadata: { sha256: '' } }, 'the metadata'],
  ])('%s', (_, file, where) => {
    expect(left(encodeTensors(file, sha256))).toMatchObject({ _tag: 'SafetensorsError', where });
  });

  test('without a hash function there is no checksum', () => {
    const [, header] = orThrow(encodeTensors({ tensors: {}, metadata: { a: 'b' } }));
    expect(new TextDecoder().decode(header).trim()).toBe('{"__metadata__":{"a":"b"}}');
  });
});
