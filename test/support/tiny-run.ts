import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { writeTinyData } from './tiny-config.js';

export { tinyConfig, tinyDataset, tinyPrepared } from './tiny-config.js';

/** An empty folder that is removed when the test ends. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder with the tiny data set. */
export const tinyData = (): string => {
  const folder = temporaryFolder();
  writeTinyData(folder);
  return folder;
};

/** Writes a configuration and returns its path. */
export const configFile = (config: unknown): string => {
  const path = join(temporaryFolder(), 'experiment.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
};

/** Runs the command line in this process. Returns its exit code, all its output, and its standard output alone. */
export const runMain = async (...argv: readonly string[]) => {
  const { main } = await import('../../src/cli/main.js');
  const printed: string[] = [];
  const out: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
      printed.push(String(text));
      out.push(String(text));
    }),
    vi.spyOn(console, 'error').mockImplementation((text: unknown) => {
      printed.push(String(text));
    }),
  ];
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map(
    (signal) => [signal, process.listeners(signal as 'SIGINT')] as const,
  );
  try {
    return { code: await main(argv), text: printed.join('\n'), out: out.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const [signal, before] of listeners) {
      for (const listener of process.listeners(signal as 'SIGINT')) {
        if (!before.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
};
