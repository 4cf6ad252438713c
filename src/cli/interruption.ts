/** Whether the user asked to stop, with Ctrl-C or a signal. A second Ctrl-C ends the process at once. */
export interface Interruption {
  readonly asked: () => boolean;
  /** Aborts a download. */
  readonly signal: AbortSignal;
}

/** The exit code of an interrupted program, as shells expect it. */
export const INTERRUPTED = 130;

const SHOW_CURSOR = '\x1b[?25h';

/**
 * Ends the process as Ctrl-C does by default, which shells report as 130. `process.exit` would first tear down native libraries
 * whose threads are still computing, and they may crash.
 */
const endAtOnce = (): void => {
  if (process.stdout.isTTY === true) process.stdout.write(SHOW_CURSOR);
  // Windows has no such signal.
  if (process.platform === 'win32') process.exit(INTERRUPTED);
  // Without a listener the signal has its default effect again.
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
};

/**
 * Listens for Ctrl-C, requests to end and the loss of the terminal (SIGHUP). The latter may come twice, from the terminal and
 * from its shell, so it never ends the process at once.
 */
export const interruption = (print: (line: string) => void): Interruption => {
  const controller = new AbortController();
  const save = (): void => {
    if (controller.signal.aborted) return;
    print('\nsaving; press Ctrl-C again to abort');
    controller.abort();
  };
  const ask = (): void => (controller.signal.aborted ? endAtOnce() : save());
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  process.on('SIGHUP', save);
  return { asked: () => controller.signal.aborted, signal: controller.signal };
};
