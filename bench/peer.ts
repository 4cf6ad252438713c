import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Framework, interpreterOf } from './peer-environment.js';

/** What a peer reports when it is warm. */
export interface Hello {
  readonly versions: Readonly<Record<string, string>>;
  readonly parameters: number;
  readonly firstStepMs: number;
  /** The mean loss of its first steps. */
  readonly firstLoss: number;
}

/** The milliseconds of each step, their mean loss, and the peak of the resident memory of the process so far. */
export interface Steps {
  readonly ms: readonly number[];
  readonly loss: number;
  readonly peakMiB: number;
}

/** A training step in another framework, in its own process. */
export interface Peer {
  readonly hello: Hello;
  readonly steps: (count: number) => Promise<Steps>;
  readonly stop: () => void;
}

export interface PeerOptions {
  readonly framework: Framework;
  /** Its file in `peers`, without the ending; default: `torch_step` for torch. */
  readonly program?: string;
  readonly variant: string;
  readonly threads: number;
  readonly batch: number;
  readonly dropout: boolean;
  /** Further arguments of the program. */
  readonly options?: readonly string[];
}

const argumentsOf = ({ variant, threads, batch, dropout, options = [] }: PeerOptions): readonly string[] => [
  ...['--variant', variant, '--threads', `${threads}`, '--batch', `${batch}`],
  ...(dropout ? ['--dropout'] : []),
  ...options,
];

/** Reads the next line that a process prints on each call. Rejects if the process has ended. */
const linesOf = (child: ChildProcess): (() => Promise<string>) => {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`${child.spawnargs.slice(1).join(' ')} ended: its output is above`);
    return value;
  };
};

/**
 * Starts a peer and waits until it is warm. Between turns it blocks on reading. Its threads do not spin for long then (at most
 * 0.1 s of one core was observed, with JAX), so the other side is not slowed down.
 */
export const startPeer = async (options: PeerOptions): Promise<Peer> => {
  const program = fileURLToPath(
    new URL(`./peers/${options.program ?? `${options.framework}_step`}.py`, import.meta.url),
  );
  const child = spawn(interpreterOf(options.framework), ['-W', 'ignore', program, ...argumentsOf(options)], {
    stdio: ['pipe', 'pipe', process.stderr],
  });
  const line = linesOf(child);
  const hello = JSON.parse(await line()) as Hello;
  return {
    hello,
    steps: async (count) => {
      child.stdin!.write(`step ${count}\n`);
      return JSON.parse(await line()) as Steps;
    },
    stop: () => void child.kill(),
  };
};
