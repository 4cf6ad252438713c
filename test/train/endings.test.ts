import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('however training ends, its threads end too, and the process exits', async () => {
  const program = fileURLToPath(new URL('./endings.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program], { timeout: 50_000 });
  expect(stdout.trim().split('\n')).toEqual([
    'finished',
    'stopped',
    'DivergedError',
    'BatchError',
    'Error: thrown by the caller',
    'Right',
  ]);
});
