import type { Reporter } from '../experiment/run-events.js';
import { jsonReporter } from './reporters/json.js';
import { logReporter } from './reporters/log.js';
import { terminalReporter } from './reporters/terminal.js';

/** What a run prints on standard output: text for people, or JSON for programs. Everything else goes to standard error. */
export interface Display {
  readonly report: Reporter;
  readonly end: () => void;
  /** For people: not printed with --json. */
  readonly print: (line: string) => void;
}

export const displayFor = (json: boolean | undefined): Display => {
  const print = (line: string): void => console.log(line);
  if (json === true) return { report: jsonReporter(print), end: () => {}, print: () => {} };
  return process.stdout.isTTY === true
    ? { ...terminalReporter(), print }
    : { report: logReporter(print), end: () => {}, print };
};
