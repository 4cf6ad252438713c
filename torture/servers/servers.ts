import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { DataError, Dataset } from '../../src/data/index.js';
import { loadDataset } from '../../src/data/node/index.js';
import type { Battery } from '../battery.js';
import { problemOfError } from '../inputs/trial.js';
import { type Archive, archiveNames, makeArchive } from './archive.js';
import { type Behaviour, behaviours } from './behaviours.js';

/** A silent server is given up after this time. */
const PATIENCE_MS = 400;
/** A slow server takes one or two seconds. */
const LONGEST_MS = 15_000;

type Loaded = E.Either<DataError, Dataset>;

const within = <A>(promise: Promise<A>): Promise<A | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LONGEST_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const problemOfEnd = (
  loaded: Loaded | undefined,
  becomes: Behaviour['becomes'],
  stopped: boolean,
): string | undefined => {
  if (loaded === undefined) return `it did not end within ${LONGEST_MS / 1000} s`;
  if (E.isRight(loaded)) {
    const images = loaded.right.train.count + loaded.right.test.count;
    if (images !== 12) return `it has ${images} images instead of 12`;
    return becomes === 'files' ? undefined : `it was accepted, instead of ${becomes.join(' or ')}`;
  }
  const { kind, message } = loaded.left;
  const isRight = becomes === 'files' ? stopped && kind === 'network' : stopped || becomes.includes(kind);
  return isRight ? problemOfError(loaded.left) : `a wrong error: ${kind}: ${message}`;
};

/** What is left in the cache: all files, or nothing at all. */
const problemOfCache = (cache: string, has: boolean): string | undefined => {
  const left = readdirSync(cache, { recursive: true, encoding: 'utf8' }).sort();
  const folder = 'cifar-10-batches-bin';
  const whole = [folder, ...archiveNames.map((name) => join(folder, name))].sort();
  const isWhole = left.join() === whole.join();
  if (has) return isWhole ? undefined : `the cache has ${left.join(', ')}`;
  return left.length === 0 || isWhole ? undefined : `the cache keeps ${left.join(', ')}`;
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Downloads from servers of its own that misbehave. Now and then two downloads run at once, or one is stopped. */
export const servers: Battery = {
  about:
    'misbehaving download servers on 127.0.0.1; each gives the right files or a typed error, soon, and leaves nothing',
  unit: 'servers',
  count: { full: 400, short: Object.keys(behaviours).length },
  parallel: 4,
  open: async (folder) => {
    const good = await makeArchive(join(folder, 'good'));
    const names = Object.keys(behaviours);
    return {
      run: async ({ index, random }) => {
        const name = names[index % names.length] ?? 'good';
        const { serve, becomes, published } = behaviours[name] ?? { becomes: 'files', serve: () => {} };
        const archive: Archive = published?.(good, random) ?? good;
        const server = createServer((request, response) => serve(response, archive, random, request));
        const url = `http://127.0.0.1:${await listening(server)}/archive`;
        const cache = join(folder, `cache-${index}`);
        mkdirSync(cache);
        // The first round is undisturbed.
        const [twice, stops] = index < names.length ? [false, false] : [random.chance(0.2), random.chance(0.2)];
        const controller = new AbortController();
        const timer = stops ? setTimeout(() => controller.abort(), random.below(60)) : undefined;
        const load = (): Promise<Loaded> =>
          loadDataset('cifar10', {
            cache,
            partial: true,
            download: { url, md5: archive.md5, bytes: archive.bytes.length },
            patience: PATIENCE_MS,
            ...(stops ? { signal: controller.signal } : {}),
          })();
        const ends = await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => within(load())));
        clearTimeout(timer);
        server.closeAllConnections();
        server.close();
        const has = ends.some((end) => end !== undefined && E.isRight(end));
        const problems = [...ends.map((end) => problemOfEnd(end, becomes, stops)), problemOfCache(cache, has)];
        rmSync(cache, { recursive: true, force: true });
        return {
          counts: { servers: 1, downloads: ends.length, [has ? 'got the files' : 'refused']: 1 },
          problems: problems.flatMap((problem) =>
            problem === undefined
              ? []
              : [`a server that is: ${name}${twice ? ', twice' : ''}${stops ? ', stopped' : ''}: ${problem}`],
          ),
        };
      },
    };
  },
};
