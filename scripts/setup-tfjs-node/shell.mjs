// Shared by the steps of the setup: running programs, and errors that tell the user what to do.
import { spawnSync } from 'node:child_process';

/** An error that the user can fix, reported in one line without a stack trace. */
export class Stop extends Error {}

export const stop = (message) => {
  throw new Stop(message);
};

/** Runs a program and returns its output; with `show` it writes to the terminal instead. */
export const execute = (program, args, { show = false, ...options } = {}) => {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', show ? 'inherit' : 'pipe', 'pipe'],
    ...options,
  });
  const output = () => `${stderr}\n${stdout ?? ''}`.trim().split('\n').slice(-8).join('\n');
  if (error) stop(`cannot start ${program} (${error.message})`);
  if (status !== 0) stop(`${program} ${args.slice(0, 3).join(' ')} failed:\n${output()}`);
  return { stdout, stderr };
};
