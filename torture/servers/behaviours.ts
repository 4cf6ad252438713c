/**
 * How servers misbehave, and what must come of it: the files, or an error of a kind.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { DataErrorKind } from '../../src/data/index.js';
import type { Random } from '../random.js';
import { type Archive, archiveOf } from './archive.js';

export interface Behaviour {
  readonly serve: (response: ServerResponse, archive: Archive, random: Random, request: IncomingMessage) => void;
  /** 'files', or the kinds of errors that are right. */
  readonly becomes: 'files' | readonly DataErrorKind[];
  /** The archive that is published, when it is another one than the good one. */
  readonly published?: (archive: Archive, random: Random) => Archive;
}

const somewhere = ({ below }: Random, { bytes }: Archive): number => 1 + below(bytes.length - 2);

const flipped = ({ bytes }: Archive, random: Random): Buffer => {
  const copy = Buffer.from(bytes);
  const at = somewhere(random, { bytes, md5: '' });
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
};

/** Sends chunks with pauses, then calls `then`. */
const drip = (response: ServerResponse, bytes: Buffer, size: number, ms: number, then: () => void, at = 0): void => {
  if (response.destroyed) return;
  if (at >= bytes.length) {
    then();
    return;
  }
  response.write(bytes.subarray(at, at + size), () =>
    setTimeout(() => drip(response, bytes, size, ms, then, at + size), ms),
  );
};

const endless = (response: ServerResponse, chunk: Buffer): void => {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

const redirect =
  (to: (request: IncomingMessage) => string): Behaviour['serve'] =>
  (response, _, __, request) =>
    response.writeHead(302, { location: to(request) }).end();

const status =
  (code: number): Behaviour['serve'] =>
  (response) =>
    response.writeHead(code).end('<html>no</html>');

export const behaviours: Readonly<Record<string, Behaviour>> = {
  good: { becomes: 'files', serve: (response, { bytes }) => response.end(bytes) },
  slow: {
    becomes: 'files',
    serve: (response, { bytes }, { below }) =>
      drip(response, bytes, 2000 + below(8000), below(20), () => response.end()),
  },
  'silent from the start': { becomes: ['network'], serve: () => {} },
  'silent after the headers': { becomes: ['network'], serve: (response) => void response.flushHeaders() },
  'silent in the middle': {
    becomes: ['network'],
    serve: (response, archive, random) => void response.write(archive.bytes.subarray(0, somewhere(random, archive))),
  },
  'silent before the last byte': {
    becomes: ['network'],
    serve: (response, { bytes }) => void response.write(bytes.subarray(0, bytes.length - 1)),
  },
  'silent instead of the end': { becomes: ['network'], serve: (response, { bytes }) => void response.write(bytes) },
  'reset at once': { becomes: ['network'], serve: (response) => void response.socket?.resetAndDestroy() },
  'reset in the middle': {
    becomes: ['network'],
    serve: (response, archive, random) =>
      void response.write(archive.bytes.subarray(0, somewhere(random, archive)), () =>
        response.socket?.resetAndDestroy(),
      ),
  },
  'ends in the middle': {
    becomes: ['network'],
    serve: (response, archive, random) => {
      response.writeHead(200, { 'content-length': archive.bytes.length });
      response.write(archive.bytes.subarray(0, somewhere(random, archive)), () => response.socket?.end());
    },
  },
  'announces less': {
    becomes: ['checksum', 'network'],
    serve: (response, archive, random) => {
      response.strictContentLength = false;
      response.writeHead(200, { 'content-length': somewhere(random, archive) }).end(archive.bytes);
    },
  },
  'announces nothing and ends early': {
    becomes: ['checksum'],
    serve: (response, archive, random) => response.end(archive.bytes.subarray(0, somewhere(random, archive))),
  },
  'announces a giant': {
    becomes: ['network', 'oversized'],
    serve: (response, { bytes }) => {
      response.writeHead(200, { 'content-length': '9007199254740991' });
      response.write(bytes);
    },
  },
  'a length that is none': {
    becomes: ['network', 'checksum', 'oversized'],
    serve: (response, { bytes }) =>
      void response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n${bytes.toString('latin1')}`),
  },
  'no HTTP': { becomes: ['network'], serve: (response) => void response.socket?.end('220 ftp ready\r\n') },
  'endless headers': {
    becomes: ['network'],
    serve: (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1_000_000)}\r\n\r\n`),
  },
  'another file': {
    becomes: ['checksum'],
    serve: (response, archive, random) => response.end(flipped(archive, random)),
  },
  'a page': {
    becomes: ['checksum'],
    serve: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>'),
  },
  'an empty body': { becomes: ['checksum'], serve: (response) => response.end() },
  endless: { becomes: ['oversized'], serve: (response) => endless(response, Buffer.alloc(65_536, 1)) },
  'more than announced': {
    becomes: ['oversized'],
    serve: (response, { bytes }, { below }) => response.end(Buffer.concat([bytes, Buffer.alloc(1 + below(100_000))])),
  },
  'encoded once more': {
    becomes: 'files',
    serve: (response, { bytes }) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes)),
  },
  'labelled as encoded': {
    becomes: 'files',
    serve: (response, { bytes }) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
  },
  'encoded as it does not say': {
    becomes: ['corrupt', 'checksum'],
    serve: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
  },
  'a bomb as encoding': {
    becomes: ['oversized', 'corrupt'],
    serve: (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000))),
  },
  'moved once': {
    becomes: 'files',
    serve: (response, archive, random, request) =>
      request.url === '/there'
        ? response.end(archive.bytes)
        : redirect(() => '/there')(response, archive, random, request),
  },
  'moved in a circle': { becomes: ['network'], serve: redirect(({ url }) => `${url}x`) },
  'moved to no server': { becomes: ['network'], serve: redirect(() => 'http://127.0.0.1:1/') },
  'moved to a file': { becomes: ['network'], serve: redirect(() => 'file:///etc/passwd') },
  'moved to nonsense': { becomes: ['network'], serve: redirect(() => 'http://[') },
  'not found': { becomes: ['network'], serve: status(404) },
  'out of order': { becomes: ['network'], serve: status(503) },
  'nothing new': { becomes: ['network'], serve: status(304) },
  'a part': {
    becomes: ['network'],
    serve: (response, { bytes }) => response.writeHead(206).end(bytes.subarray(0, 100)),
  },
  'a damaged archive': {
    becomes: ['corrupt', 'truncated', 'label-out-of-range'],
    published: (archive, random) => archiveOf(Buffer.from(archive.bytes.subarray(0, somewhere(random, archive)))),
    serve: (response, { bytes }) => response.end(bytes),
  },
};
