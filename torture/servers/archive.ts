import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';

/** The files of CIFAR-10. */
export const archiveNames: readonly string[] = [...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), 'test_batch.bin'];

// Two records of a label and 3072 bytes that hardly compress.
const records = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? i % 10 : (i * i * (seed + 7919) + i * 31) >> 3));

export interface Archive {
  readonly bytes: Buffer;
  readonly md5: string;
}

export const archiveOf = (bytes: Buffer): Archive => ({ bytes, md5: createHash('md5').update(bytes).digest('hex') });

/** A .tar.gz with these files of CIFAR-10, two images each, under a prefix. */
export const makeArchive = async (folder: string, names = archiveNames, prefix?: string): Promise<Archive> => {
  const inner = join(folder, 'cifar-10-batches-bin');
  mkdirSync(inner, { recursive: true });
  for (const [i, name] of names.entries()) writeFileSync(join(inner, name), records(i));
  const file = join(folder, 'archive.tar.gz');
  const files = names.map((name) => `cifar-10-batches-bin/${name}`);
  await create({ gzip: true, cwd: folder, file, portable: true, ...(prefix === undefined ? {} : { prefix }) }, files);
  return archiveOf(await readFile(file));
};
