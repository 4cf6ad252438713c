/**
 * Whole experiments: their configuration, presets, the life of a run, and trained models. What needs files is in
 * `vitrail/experiment/node`.
 *
 * @module
 */
export { attentionMapper } from './attention-mapper.js';
export { ExperimentConfig, OptimizerConfig, ScheduleConfig } from './config.js';
export { decodingOf } from './decoding-of.js';
export {
  type EvaluateModelError,
  type EvaluateModelOptions,
  evaluateModel,
  type ModelEvaluation,
} from './evaluate-model.js';
export { type ExportTrainedOptions, exportTrained } from './export/export-trained.js';
export { type ExperimentFigures, figuresOf } from './figures.js';
export { imageSizeFor } from './image-size.js';
export type { Weights } from './initial-params.js';
export { type MemoryStore, memoryStore } from './memory-store.js';
export { adaptTo, type Prepared, type PreparedModel, prepare } from './prepare.js';
export { type PresetName, presetNames, presets } from './presets.js';
export { type RecipeOptions, recipeEpochs, recipeFor, recipeSize } from './recipe.js';
export { figureIndex, isBest, isTested, resultsOf, type Tested } from './results.js';
export { type Reporter, type RunEvent, reporters } from './run-events.js';
export { type RunEnd, type RunError, type RunOptions, runExperiment } from './run-experiment.js';
export type { RunStart, Store } from './store.js';
export { type ModelSummary, summarizeModel, type TrainingMemory, trainingMemory } from './summarize.js';
export { type Trained, type TrainModelOptions, trainModel } from './train-model.js';
export { type Prediction, type TrainedModel, trainedModel } from './trained-model.js';
