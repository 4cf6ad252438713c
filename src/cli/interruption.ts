/** Whether the user asked to stop, with Ctrl-C or a signal. A second request ends the process at once. */
export interface Interruption {
  readonly asked: () => boolean;
  /** Aborts a download. */
  readonly signal: AbortSignal;
}

/** The exit code of an interrupted program, as shells expect it. */
export const INTERRUPTED = 130;

/** Listens for SIGINT (Ctrl-C) and SIGTERM. */
export const interruption = (print: (line: string) => void): Interruption => {
  const controller = new AbortController();
  const ask = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    print('\nsaving; press Ctrl-C again to abort');
    controller.abort();
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return { asked: () => controller.signal.aborted, signal: controller.signal };
};
