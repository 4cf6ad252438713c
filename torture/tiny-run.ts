import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyConfig, writeTinyData } from '../test/support/tiny-config.js';
import { commandWords, type Ended, misbehaviour, showEnd, start } from './command.js';
import { differences } from './same-run.js';

const config = tinyConfig();

/** Two models with one block each, so that a run is over as soon as possible. */
const smallest = { ...config, models: config.models.map((one) => ({ ...one, config: { ...one.config, depth: 1 } })) };

export interface TinyRuns {
  /** The folder of the run that nothing disturbed, and that of its data. */
  readonly whole: string;
  readonly data: string;
  /** How long the whole run took. */
  readonly ms: number;
  /** How many lines it printed. */
  readonly lines: number;
  /** The words that begin a run in a folder, or resume what a stopped process left there. */
  readonly next: (folder: string) => readonly [string, ...string[]];
  /** Finishes what is in a folder, compares it with the run that nothing disturbed, and removes it. Returns what is wrong. */
  readonly finish: (folder: string) => Promise<readonly string[]>;
}

const make = async (): Promise<TinyRuns> => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-torture-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [data, file, whole] = [join(folder, 'data'), join(folder, 'config.json'), join(folder, 'whole')];
  mkdirSync(data);
  writeTinyData(data);
  writeFileSync(file, JSON.stringify(smallest));
  const next = (out: string): readonly [string, ...string[]] =>
    commandWords(
      existsSync(join(out, 'run.json'))
        ? ['--json', '--resume', out]
        : ['--json', '--config', file, '--data', data, '--out', out],
    );
  const { code, out, ms, error } = await start(next(whole)).ended;
  if (code !== 0) throw new Error(`the run without a stop failed: ${error}`);
  const finish = async (out: string): Promise<readonly string[]> => {
    const end: Ended = await start(next(out)).ended;
    const wrong = [
      ...misbehaviour(end),
      ...(end.code === 0 ? await differences(whole, out) : [`it cannot be finished: ${showEnd(end)}`]),
    ];
    rmSync(out, { recursive: true, force: true });
    return wrong;
  };
  return { whole, data, ms, lines: out.split('\n').length - 1, next, finish };
};

let made: Promise<TinyRuns> | undefined;

/** Makes the data and the run that others are compared with, once for all batteries. */
export const tinyRuns = (): Promise<TinyRuns> => {
  made ??= make();
  return made;
};
