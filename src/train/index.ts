/**
 * Losses, metrics, optimizers, schedules, the pure step, the loop and its checkpoints.
 *
 * @module
 */

export { type FileError, writeAtomically } from '../node/files.js';
export { sha256 } from '../node/sha256.js';
export {
  type Checkpoint,
  type CheckpointError,
  EpochRecord,
  loadCheckpoint,
  Progress,
  saveCheckpoint,
} from './checkpoint.js';
export { type DivergedError, notFinite } from './diverged.js';
export { type EvaluateOptions, evaluate } from './evaluate.js';
export type { FitEvent } from './events.js';
export { fit } from './fit.js';
export { beginning, type FitError, type FitOptions, type Fitted, type Snapshot } from './fit-options.js';
export { crossEntropy } from './loss.js';
export {
  type Figures,
  figures,
  inTopK,
  type Judged,
  judge,
  measure,
  type Sums,
  sumsMonoid,
  total,
} from './metrics.js';
export { type AdamOptions, scaleByAdam } from './optimizer/adam.js';
export { type AdamWOptions, adamW } from './optimizer/adamw.js';
export {
  addDecayedWeights,
  clipByGlobalNorm,
  globalNorm,
  type Mask,
  scaleByLearningRate,
} from './optimizer/links.js';
export { chain, type Optimizer, type OptimizerState, stateless } from './optimizer/optimizer.js';
export { type RestoreError, restore, type TensorMismatch } from './restore.js';
export * from './safetensors/index.js';
export { constantSchedule, type Schedule, type WarmUpCosine, warmUpCosine } from './schedule.js';
export {
  type BatchTensors,
  declareState,
  evaluationStep,
  predictionStep,
  type TrainState,
  trainStep,
} from './step.js';
