import type { InferenceSession } from 'onnxruntime-node';

/**
 * How sessions are made. The memory pattern is off: it reserves the peak of each new shape at once and buys no time. The
 * arena spares large arrays fresh pages on each call, which halves the time of a step; slices are small, and without it their
 * thread needs 150 MB less. Threads sleep where they would spin: spinning gains a twentieth on
 * an idle machine and makes a step three times as long beside one busy neighbour.
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
