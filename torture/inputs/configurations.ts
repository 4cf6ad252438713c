/** Damaged configurations and run.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { orThrow } from '../../src/core/index.js';
import { loadDataset } from '../../src/data/node/index.js';
import { prepare } from '../../src/experiment/index.js';
import { readConfig, readRunStart } from '../../src/experiment/node/index.js';
import type { Random } from '../random.js';
import { damageBytes } from './damage-bytes.js';
import { damageJson } from './damage-json.js';
import { anyValue, type InputKind, type Material } from './trial.js';

/** A JSON file that is damaged as a value or as bytes. */
const damageFile = (original: Buffer, random: Random): { readonly how: string; readonly bytes: Uint8Array } => {
  if (random.chance(0.2)) return damageBytes(original, random);
  const { how, text } = damageJson(JSON.parse(original.toString()), random);
  return { how, bytes: Buffer.from(text) };
};

export const configurationKinds = ({ run, data, folder }: Material): Readonly<Record<string, InputKind>> => {
  const dataset = loadDataset('fashion-mnist', { directory: data })();
  const [config, start] = ['config.json', 'run.json'].map((name) => readFileSync(join(run, name)));
  if (config === undefined || start === undefined) throw new Error('expected a finished run');
  return {
    configuration: {
      weight: 20,
      trial: (random) => {
        const { how, bytes } = damageFile(config, random);
        const path = join(folder, 'config.json');
        return {
          how,
          bytes: bytes.length,
          read: async () => {
            writeFileSync(path, bytes);
            const images = orThrow(await dataset);
            return anyValue(
              await pipe(
                readConfig(path),
                TE.chainEitherKW((read) => prepare(read, images)),
              )(),
            );
          },
        };
      },
    },
    'run.json': {
      weight: 8,
      trial: (random) => {
        const { how, bytes } = damageFile(start, random);
        return {
          how,
          bytes: bytes.length,
          read: async () => {
            writeFileSync(join(folder, 'run.json'), bytes);
            const read = await readRunStart(folder)();
            return E.isLeft(read) ? read : E.right(typeof read.right.startedAt === 'string' ? undefined : 'no start');
          },
        };
      },
    },
  };
};
