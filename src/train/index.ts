/**
 * Objectives, metrics, optimizers, schedules, the pure step and the loop. Checkpoint files are in `vitrail/train/node`.
 *
 * @module
 */
export type { Mask } from '../core/tree.js';
export { type Arrange, type BatchEvaluator, batchEvaluator } from './batch-evaluator.js';
export {
  type Checkpoint,
  type CheckpointError,
  CheckpointInfo,
  decodeCheckpoint,
  encodeCheckpoint,
  originIn,
  paramsIn,
  tensorsByPath,
} from './checkpoint.js';
export { type DivergedError, notFinite } from './diverged.js';
export { bestEpoch, type EarlyStopping, earlyEnd } from './early-stopping.js';
export { type EvaluateError, type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
export type { FitEvent } from './events.js';
export { fit } from './fit.js';
export type { FitError, FitOptions, Fitted, MadeSnapshot, Snapshot, Start } from './fit-options.js';
export {
  addExamples,
  type Measured,
  type Metric,
  type Metrics,
  mapMeasured,
  meanMetric,
  measure,
  noTotals,
  type Summary,
  summarizeMetrics,
  type Totals,
  totalsMonoid,
} from './metric.js';
export { type Objective, type TargetError, targetError } from './objective.js';
export { balancedWeights } from './objectives/balanced-weights.js';
export {
  type Classification,
  type ClassificationOptions,
  type ClassificationTarget,
  classification,
} from './objectives/classification.js';
export { type ClassTarget, type CrossEntropyOptions, crossEntropy } from './objectives/cross-entropy.js';
export { regression, squaredError } from './objectives/regression.js';
export { inTopK } from './objectives/top-k.js';
export { type AdamOptions, scaleByAdam } from './optimizer/adam.js';
export { type AdamWOptions, adamW } from './optimizer/adamw.js';
export { evaluatedParams } from './optimizer/averages.js';
export { accumulate, averageWeights, freeze } from './optimizer/fine-tuning.js';
export {
  addDecayedWeights,
  clipByGlobalNorm,
  globalNorm,
  type RateFactor,
  scaleByLearningRate,
} from './optimizer/links.js';
export {
  chain,
  type Optimizer,
  type OptimizerState,
  stateless,
  type Update,
} from './optimizer/optimizer.js';
export { EngineInfo, type Origin } from './origin.js';
export { beginning, EpochRecord, Progress } from './progress.js';
export { type RestoreError, restore, type TensorMismatch } from './restore.js';
export * from './safetensors/index.js';
export { constantSchedule, type Schedule, type WarmUpCosine, warmUpCosine } from './schedule.js';
export {
  type BatchTensors,
  declareState,
  evaluationStep,
  type Model,
  predictionStep,
  type StepMetrics,
  type Task,
  type TrainState,
  trainStep,
} from './step.js';
export { type LeftOver, type Taken, takeParams } from './take-params.js';
