/** Finished runs with a damaged file, which are resumed in this process. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { loadDataset } from '../../src/data/node/index.js';
import { jit } from '../../src/engine/index.js';
import { prepare, runExperiment } from '../../src/experiment/index.js';
import { folderStore, readRunStart } from '../../src/experiment/node/index.js';
import { differences } from '../same-run.js';
import { damageBytes } from './damage-bytes.js';
import { anyValue, type InputKind, type Material } from './trial.js';

const resume = (folder: string): TE.TaskEither<unknown, unknown> =>
  pipe(
    TE.Do,
    TE.bindW('start', () => readRunStart(folder)),
    TE.bindW('dataset', ({ start: { config, data } }) => loadDataset(config.dataset, { directory: data })),
    TE.bindW('prepared', ({ start: { config }, dataset }) => TE.fromEither(prepare(config, dataset))),
    TE.bindW('engine', () => jit({ threads: 1 })),
    TE.chainW(({ start, prepared, engine }) =>
      runExperiment(prepared, {
        engine: { engine, reason: 'the only one' },
        store: folderStore(folder),
        report: () => {},
        resume: true,
        startedAt: start.startedAt,
        command: 'torture',
      }),
    ),
  );

export const runKinds = ({ run, folder }: Material): Readonly<Record<string, InputKind>> => ({
  'run with a damaged file': {
    weight: 0.5,
    trial: (random) => {
      const [first = '', ...names] = readdirSync(run);
      const name = random.pick([first, ...names]);
      const { how, bytes } = damageBytes(readFileSync(join(run, name)), random);
      const copy = join(folder, 'run');
      return {
        how: `${name}: ${how}`,
        bytes: bytes.length,
        read: async () => {
          rmSync(copy, { recursive: true, force: true });
          cpSync(run, copy, { recursive: true });
          writeFileSync(join(copy, name), bytes);
          const ended = anyValue(await resume(copy)());
          // What is derived from a checkpoint is made again; config.json is only a copy for people.
          const isMadeAgain = name === 'metrics.jsonl' || name === 'report.html';
          if (E.isLeft(ended) || !isMadeAgain) return ended;
          return E.right((await differences(run, copy))[0]);
        },
      };
    },
  },
});
