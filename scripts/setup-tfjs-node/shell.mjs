// What the steps of the setup share: other programs, and an end that says what to do.
import { spawnSync } from 'node:child_process';

/** An end that is the user's to mend, told in one line. */
export class Stop extends Error {}

export const stop = (message) => {
  throw new Stop(message);
};

/** Runs a program and answers what it wrote to stdout; `show` lets it write to the terminal instead. */
export const execute = (program, args, { show = false, ...options } = {}) => {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', show ? 'inherit' : 'pipe', 'pipe'],
    ...options,
  });
  const said = () => `${stderr}\n${stdout ?? ''}`.trim().split('\n').slice(-8).join('\n');
  if (error) stop(`${program} does not start (${error.message})`);
  if (status !== 0) stop(`${program} ${args.slice(0, 3).join(' ')} failed:\n${said()}`);
  return { stdout, stderr };
};
