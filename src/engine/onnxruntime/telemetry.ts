import { workerThreads } from '../../node/node-modules.js';

const NAME = 'ORT_DISABLE_TELEMETRY';

/**
 * Evaluates an expression in the main thread. It works while that thread is busy, too. A worker thread has no other way to change the
 * environment that native code sees: its own `process.env` is a copy.
 */
const inMainThread = async (expression: string): Promise<void> => {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connectToMainThread();
  // A pending answer alone does not keep this thread alive.
  const alive = setInterval(() => {}, 1000);
  try {
    await session.post('Runtime.evaluate', { expression });
  } finally {
    clearInterval(alive);
    session.disconnect();
  }
};

/**
 * Switches the telemetry of ONNX Runtime off for this process, unless the user has set the variable. The runtime reads it when it
 * begins, so this comes first. Rejects where it cannot be done, so that nothing is ever sent by accident.
 */
export const disableTelemetry = async (): Promise<void> => {
  const own = process.env[NAME];
  process.env[NAME] ??= '1';
  if (workerThreads()?.isMainThread !== false) return;
  const value = JSON.stringify(process.env[NAME]);
  await inMainThread(`process.env.${NAME} ??= ${value}`).catch((cause: unknown) => {
    // The copy was made from the environment of the process.
    if (own !== undefined) return;
    throw new Error(`telemetry cannot be switched off from a worker thread; set ${NAME}=1`, { cause });
  });
};
