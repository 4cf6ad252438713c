/** The command line in its own process: what signals do to it, and what happens when nobody reads its output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadCheckpoint } from '../../src/train/node/index.js';
import { right } from '../data/fixtures.js';
import { configFile, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

const start = (epochs: number, output: 'pipe' | number) => {
  const folder = join(temporaryFolder(), 'run');
  const argv = ['--config', configFile(tinyConfig({ epochs })), '--data', tinyData(), '--out', folder];
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/bin.ts', ...argv], {
    stdio: ['ignore', output, output],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, folder };
};

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

const endOf = (child: ChildProcess, onText: (text: string) => void = () => {}): Promise<End> =>
  new Promise((resolve) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        text += String(chunk);
        onText(text);
      });
    child.on('close', (code, signal) => resolve({ code, signal, text }));
  });

/** Sends the first signal after the first epoch and the second one as soon as the first has been answered. */
const signalled = async (first: NodeJS.Signals, ...more: readonly NodeJS.Signals[]) => {
  const { child, folder } = start(400, 'pipe');
  const waiting = [['epoch   1/', first] as const, ...more.map((signal) => ['saving;', signal] as const)];
  const end = await endOf(child, (text) => {
    const [next] = waiting;
    if (next !== undefined && text.includes(next[0])) {
      waiting.shift();
      child.kill(next[1]);
    }
  });
  return { ...end, folder };
};

describe('signals', () => {
  test.each([
    { first: 'SIGTERM', more: [] },
    { first: 'SIGHUP', more: [] },
    { first: 'SIGHUP', more: ['SIGHUP'] },
  ] as const)('$first $more saves', async ({ first, more }) => {
    const { code, text, folder } = await signalled(first, ...more);
    expect(text).toContain('stopped; resume with');
    expect(code).toBe(130);
    const { progress } = right(await loadCheckpoint(join(folder, 'vanilla.safetensors'))());
    expect(progress.epoch + progress.batchesDone).toBeGreaterThan(0);
  });

  test('a second Ctrl-C ends the process as an interrupt does, not through an exit that may crash', async () => {
    const { signal, text } = await signalled('SIGINT', 'SIGINT');
    expect(text).not.toContain('stopped');
    expect(signal).toBe('SIGINT');
  });
});

describe('output that goes away', () => {
  const isWhole = async (child: ChildProcess, folder: string) => {
    expect((await endOf(child)).code).toBe(0);
    expect(readdirSync(folder)).toContain('report.html');
  };

  test('a reader that closes does not end training', async () => {
    const { child, folder } = start(3, 'pipe');
    child.stdout?.once('data', () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    await isWhole(child, folder);
  });

  // Linux has a device that is always full.
  test.each(['/dev/full'].filter(existsSync))('a log on a full disk (%s) does not end training', async (full) => {
    const file = openSync(full, 'w');
    const { child, folder } = start(3, file);
    closeSync(file);
    await isWhole(child, folder);
  });
});
