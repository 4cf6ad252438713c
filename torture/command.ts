/**
 * Starts the built command line in a process of its own and watches it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));

/** A process that takes longer hangs. A tiny run takes a second or two on an idle machine. */
const LONGEST_MS = 120_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
  readonly ms: number;
  readonly hung: boolean;
}

export interface Running {
  /** Sends a signal, if the process still runs. */
  readonly send: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** The words that start the command line. */
export const commandWords = (argv: readonly string[]): readonly [string, ...string[]] => [
  process.execPath,
  bin,
  ...argv,
];

/** Starts words as a process; `onLine` gets the number of lines on standard output so far. */
export const start = (words: readonly [string, ...string[]], onLine: (lines: number) => void = () => {}): Running => {
  const began = performance.now();
  const [program, ...argv] = words;
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const send = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  const ended = new Promise<Ended>((resolve, reject) => {
    let [out, error, lines, hung]: [string, string, number, boolean] = ['', '', 0, false];
    const watchdog = setTimeout(() => {
      hung = true;
      send('SIGKILL');
    }, LONGEST_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      const text = String(chunk);
      out += text;
      for (let i = 1; i < text.split('\n').length; i++) onLine(++lines);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      error += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      resolve({ code, signal, out, error, ms: performance.now() - began, hung });
    });
  });
  return { send, ended };
};

/** What no process may do, however it ends: hang, crash in native code, print a stack trace. */
export const misbehaviour = ({ hung, signal, error }: Ended): readonly string[] => [
  ...(hung ? [`it did not end within ${LONGEST_MS / 1000} s`] : []),
  ...(signal !== null && ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE'].includes(signal)
    ? [`it crashed with ${signal}`]
    : []),
  ...(/\n\s+at .+:\d+:\d+/.test(error) ? [`it printed a stack trace: ${error.trim().slice(0, 400)}`] : []),
];

/** How a process ended, for messages. */
export const showEnd = ({ code, signal, error }: Ended): string =>
  `${signal === null ? `exit code ${code}` : signal}${error.trim() === '' ? '' : ` (${error.trim().slice(0, 300)})`}`;
