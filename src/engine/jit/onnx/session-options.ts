import type { InferenceSession } from 'onnxruntime-node';

/**
 * How sessions are made. The memory pattern is off: it reserves the peak of each new shape at once and buys no time. The
 * arena stays: without it a step takes twice as long. Threads sleep where they would spin: spinning gains a twentieth on
 * an idle machine and makes a step three times as long beside one busy neighbour.
 */
export const sessionOptions = (threads: number): InferenceSession.SessionOptions => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  enableMemPattern: false,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
