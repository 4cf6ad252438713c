import { expect, test } from 'vitest';
import { bytesIn } from '../../src/cli/memory-size.js';

test.each([
  ['4GB', 4e9],
  ['2.5 GB', 2.5e9],
  ['512MiB', 512 * 2 ** 20],
  ['4g', 4e9],
  ['800mb', 8e8],
  ['1TiB', 2 ** 40],
])('%s', (text, bytes) => {
  expect(bytesIn(text)).toBe(bytes);
});

test.each(['', '4', 'GB', '0GB', '-4GB', '4 G B', '1e3MB', '4Gbit', '99999999TB', '.5GB', '4,5GB'])(
  'not %s',
  (text) => {
    expect(bytesIn(text)).toBeUndefined();
  },
);
