import type { InferenceSession } from 'onnxruntime-node';

/**
 * The options of sessions. The memory pattern is off: it reserves the peak of each new shape at once and saves no time. The
 * arena reuses the pages of large arrays between calls, which halves the time of a step. The arrays of microbatches are
 * small, and without the arena their worker needs 150 MB less. Threads sleep instead of spinning: spinning saves 5 % on
 * an idle machine, but makes a step three times as long if another process is busy.
 */
export const sessionOptions = (threads: number, arena: boolean): InferenceSession.SessionOptions => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  enableMemPattern: false,
  enableCpuMemArena: arena,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
