import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { float32, int32 } from '../../src/core/host-tensor.js';
import { orThrow } from '../../src/core/or-throw.js';
import { sha256 } from '../../src/node/sha256.js';
import { decodeTensors, encodeTensors } from '../../src/train/index.js';
import { loadCheckpoint, readTensors } from '../../src/train/node/index.js';
import { left } from '../core/harness.js';

let path = '';
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'vitrail-')), 'x.safetensors');
});
afterAll(() => rmSync(join(path, '..'), { recursive: true }));

const file = {
  tensors: { b: float32([2, 3], [1, 2, 3, 4, 5, 6]), a: int32([5], [1, 2, 3, 4, 5]), none: float32([0], []) },
  metadata: { note: 'é' },
};
const bytes = Buffer.concat(orThrow(encodeTensors(file, sha256)));

test.each([1, 7, 16, 1000])('a file that is read in pieces of %d bytes is the file that was written', async (piece) => {
  writeFileSync(path, bytes);
  const read = await orThrow(readTensors(path, piece));
  expect(read).toEqual(file);
  expect(Object.keys(read.tensors)).toEqual(Object.keys(file.tensors));
});

test('every changed byte and every shorter file is refused, as when the file is read at once', async () => {
  for (let i = 0; i < bytes.length; i += 3) {
    const changed = bytes.with(i, (bytes[i] ?? 0) ^ 1);
    for (const damaged of [changed, bytes.subarray(0, i)]) {
      writeFileSync(path, damaged);
      const whole = decodeTensors(damaged, sha256);
      const inPieces = await readTensors(path, 16)();
      expect(inPieces).toEqual(whole);
      // A byte of the name of the checksum changes what is metadata, which only a checkpoint checks.
      if (damaged.length < bytes.length) expect(whole._tag).toBe('Left');
    }
  }
});

test('a file above 2 GiB is read: this one is longer than its header says', async () => {
  writeFileSync(path, bytes);
  // The file has a hole, which takes no space on the disk.
  truncateSync(path, 2 ** 31 + 1);
  const error = left(await loadCheckpoint(path)());
  expect(error._tag).toBe('CheckpointError');
  expect(error.message).toContain(`expected ${bytes.length} bytes, got ${2 ** 31 + 1}`);
});
