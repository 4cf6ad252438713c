import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type DownloadOptions, type DownloadProgress, loadDataset } from '../../src/data/node/index.js';
import { temporaryName } from '../../src/node/temporary-files.js';
import { cifar, contents, labelsOf, left, right } from './fixtures.js';

let root: string;
let cache: string;
let archive: Buffer;
let md5: string;
let server: Server | undefined;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrail-download-'));
  const folder = join(root, 'cifar-100-binary');
  await mkdir(folder);
  await writeFile(
    join(folder, 'train.bin'),
    cifar([
      [1, 50],
      [2, 60],
    ]),
  );
  await writeFile(join(folder, 'test.bin'), cifar([[3, 70]]));
  await writeFile(join(folder, 'fine_label_names.txt'), 'not wanted');
  await create({ gzip: true, cwd: root, file: join(root, 'archive.tar.gz') }, ['cifar-100-binary']);
  archive = await readFile(join(root, 'archive.tar.gz'));
  md5 = md5Of(archive);
});
afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  cache = await mkdtemp(join(root, 'cache-'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const serve = async (answer: RequestListener): Promise<string> => {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/cifar-100-binary.tar.gz`;
};

const whole: RequestListener = (_, response) => {
  response.setHeader('content-length', archive.length).end(archive);
};

const bytes = 20_000;

const load = (url: string, { md5: sum = md5, ...more }: DownloadOptions & { readonly md5?: string } = {}) =>
  loadDataset('cifar100', { cache, partial: true, download: { url, md5: sum, bytes }, ...more })();

const md5Of = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');

test('downloads, unpacks only the files of the data set, and reads the cache the next time', async () => {
  const seen: DownloadProgress[] = [];
  const url = await serve(whole);
  const options = { cache, partial: true, download: { url, md5, bytes } };
  const first = right(await loadDataset('cifar100', { ...options, onProgress: (progress) => seen.push(progress) })());
  expect([labelsOf(first.train), labelsOf(first.test)]).toEqual([[50, 60], [70]]);
  expect(seen.at(-1)).toEqual({ received: archive.length, total: archive.length });
  expect(await readdir(cache)).toEqual(['cifar-100-binary']);
  expect((await readdir(join(cache, 'cifar-100-binary'))).sort()).toEqual(['test.bin', 'train.bin']);

  const closed = { ...options, download: { ...options.download, url: 'http://127.0.0.1:1/' } };
  expect(contents(right(await loadDataset('cifar100', closed)()).train)).toEqual(contents(first.train));
});

test('two at once both succeed', async () => {
  const url = await serve(whole);
  const [one, other] = await Promise.all([load(url), load(url)]);
  expect(contents(right(one).train)).toEqual(contents(right(other).train));
  expect(await readdir(cache)).toEqual(['cifar-100-binary']);
});

test('many first downloads at once all succeed, though none finds the cache folder', async () => {
  const url = await serve(whole);
  const missing = join(cache, 'a', 'b', 'c');
  const options = { cache: missing, partial: true, download: { url, md5, bytes } };
  const all = await Promise.all(Array.from({ length: 8 }, () => loadDataset('cifar100', options)()));
  for (const one of all) expect(right(one).train.count).toBe(2);
  expect(await readdir(missing)).toEqual(['cifar-100-binary']);
});

test('a server that compresses what it may compress sends the archive as it was published', async () => {
  const url = await serve((request, response) => {
    if (!String(request.headers['accept-encoding']).includes('gzip')) return whole(request, response);
    response.setHeader('content-encoding', 'gzip').end(archive);
  });
  expect(right(await load(url)).train.count).toBe(2);
});

test('completes a cache that lacks a file', async () => {
  await mkdir(join(cache, 'cifar-100-binary'));
  await writeFile(join(cache, 'cifar-100-binary', 'train.bin'), 'an old file');
  expect(right(await load(await serve(whole))).train.count).toBe(2);
});

test('a wrong checksum is an error', async () => {
  const error = left(await load(await serve(whole), { md5: '0'.repeat(32) }));
  expect(error).toMatchObject({ kind: 'checksum', expected: `MD5 ${'0'.repeat(32)}`, actual: md5 });
  expect(await readdir(cache)).toEqual([]);
});

test('a closed network is an error that says where to put the files', async () => {
  const url = await serve(whole);
  await new Promise((resolve) => server?.close(resolve));
  const error = left(await load(url));
  expect(error).toMatchObject({ kind: 'network', file: url, actual: 'ECONNREFUSED' });
  expect(error.message).toContain(`put train.bin, test.bin into ${join(cache, 'cifar-100-binary')}`);
  expect(await readdir(cache)).toEqual([]);
});

test('a server that refuses is a network error', async () => {
  const url = await serve((_, response) => response.writeHead(404).end());
  expect(left(await load(url))).toMatchObject({ kind: 'network', actual: 'status 404 Not Found' });
});

test('a connection that breaks off leaves nothing', async () => {
  const url = await serve((_, response) => {
    response.setHeader('content-length', archive.length);
    response.write(archive.subarray(0, 100), () => response.destroy());
  });
  expect(left(await load(url)).kind).toBe('network');
  expect(await readdir(cache)).toEqual([]);
});

test('a download that is stopped leaves nothing', async () => {
  const controller = new AbortController();
  const url = await serve((_, response) => {
    response.write(archive.subarray(0, 100), () => controller.abort());
  });
  expect(left(await load(url, { signal: controller.signal })).kind).toBe('network');
  expect(await readdir(cache)).toEqual([]);
});

test.each([
  ['no archive', () => Buffer.from('<html>')],
  ['half an archive', () => archive.subarray(0, archive.length >> 1)],
])('%s with the right checksum does not unpack', async (_, make) => {
  const content = make();
  const url = await serve((_request, response) => response.end(content));
  const error = left(await load(url, { md5: md5Of(content) }));
  expect(error.kind).toBe('corrupt');
  expect(await readdir(cache)).toEqual([]);
});

test.each<readonly [string, () => Uint8Array]>([
  ['labels the archive as encoded', () => archive],
  ['encodes the archive once more', () => gzipSync(archive)],
])('a server that %s, though it was asked not to, does not break the checksum', async (_, content) => {
  const url = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end(content()));
  expect(right(await load(url)).train.count).toBe(2);
  expect(await readdir(cache)).toEqual(['cifar-100-binary']);
});

test('a body that is not encoded as its header says, and one that unpacks to too much, are errors', async () => {
  const encoded = (content: Uint8Array) =>
    serve((_request, response) => response.setHeader('content-encoding', 'gzip').end(content));
  expect(left(await load(await encoded(Buffer.from('<html>')))).kind).toBe('corrupt');
  server?.close();
  expect(left(await load(await encoded(gzipSync(Buffer.alloc(bytes + 1))))).kind).toBe('oversized');
  expect(await readdir(cache)).toEqual([]);
});

test.each([
  ['announces', (length: number) => ({ 'content-length': String(length) })],
  ['does not announce', () => ({})],
])('a server that sends more than the published file, which it %s, is cut off', async (_, headers) => {
  let sent = 0;
  const url = await serve((_request, response) => {
    response.writeHead(200, headers(1e9));
    const more = () => {
      sent += 10_000;
      if (sent < 1e9 && !response.destroyed) response.write(Buffer.alloc(10_000), more);
    };
    more();
  });
  const error = left(await load(url));
  expect(error).toMatchObject({ kind: 'oversized', file: url, expected: '20000 bytes' });
  expect(sent).toBeLessThan(1e8);
  expect(await readdir(cache)).toEqual([]);
});

test.each<readonly [string, RequestListener]>([
  ['before its answer', () => {}],
  ['after the first bytes', (_, response) => response.write(archive.subarray(0, 100))],
])('a server that falls silent %s is noticed', async (_, answer) => {
  const error = left(await load(await serve(answer), { patience: 50 }));
  expect(error).toMatchObject({ kind: 'network', actual: 'a server that sent nothing for 0.05 s' });
  expect(await readdir(cache)).toEqual([]);
});

test('redirects are followed, but not forever', async () => {
  const url = await serve((request, response) =>
    request.url === '/archive' ? whole(request, response) : response.writeHead(302, { location: '/archive' }).end(),
  );
  expect(right(await load(url)).train.count).toBe(2);
  server?.close();
  const round = await serve((request, response) => response.writeHead(301, { location: request.url }).end());
  await rm(join(cache, 'cifar-100-binary'), { recursive: true });
  expect(left(await load(round))).toMatchObject({ kind: 'network', actual: 'more than 5 redirects' });
});

test.each([-1, 0])('a stop at the last bytes (%i) is answered', async (offset) => {
  const controller = new AbortController();
  const url = await serve((_, response) => {
    response.setHeader('content-length', archive.length);
    response.write(archive.subarray(0, archive.length + offset));
    if (offset === 0) response.end();
  });
  const onProgress = ({ received }: DownloadProgress) => {
    if (received === archive.length + offset) controller.abort();
  };
  expect(left(await load(url, { signal: controller.signal, onProgress })).kind).toBe('network');
  expect(await readdir(cache)).toEqual([]);
});

test('a disk that is full while the archive is unpacked is called so', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const write = vi.spyOn(fs, 'write').mockImplementation((...args: readonly unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback === 'function') setImmediate(() => callback(full));
  });
  const error = left(await load(await serve(whole)));
  expect(write).toHaveBeenCalled();
  write.mockRestore();
  expect(error.kind).toBe('unwritable');
  expect(error.message).toContain('the disk is full');
  expect(await readdir(cache)).toEqual([]);
});

test('what killed downloads left is removed by the next download, and that of a running one is not', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  const name = temporaryName(join(cache, 'cifar-100-binary'));
  const left = (pid: number) => name.replace(`-${process.pid}-`, `-${pid}-`);
  for (const folder of [left(dead), left(process.ppid)]) {
    await mkdir(folder);
    await writeFile(join(folder, 'archive.tar.gz'), 'the beginning');
  }
  expect(right(await load(await serve(whole))).train.count).toBe(2);
  expect((await readdir(cache)).map((file) => join(cache, file)).sort()).toEqual(
    [join(cache, 'cifar-100-binary'), left(process.ppid)].sort(),
  );
});

test('an archive that is damaged in the middle leaves nothing, however much of it was unpacked', async () => {
  const noise = Buffer.from(archive);
  noise.fill(0xff, noise.length >> 1, (noise.length >> 1) + 40);
  const url = await serve((_request, response) => response.end(noise));
  for (let round = 0; round < 10; round++)
    expect(left(await load(url, { md5: md5Of(noise) })).kind).toMatch(/corrupt|truncated/);
  expect(await readdir(cache)).toEqual([]);
});

test('a cache that is a file is an error', async () => {
  await rm(cache, { recursive: true });
  await writeFile(cache, '');
  expect(left(await load(await serve(whole))).kind).toBe('unwritable');
});
