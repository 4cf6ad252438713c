/**
 * Whole experiments: their configuration, presets, and what becomes of them.
 *
 * @module
 */
export { ExperimentConfig, OptimizerConfig, ScheduleConfig } from './config.js';
export { figuresOf } from './figures.js';
export { adaptTo, type Prepared, type PreparedModel, prepare } from './prepare.js';
export { type PresetName, presetNames, presets } from './presets.js';
export { figureIndex, isTested, resultsOf, type Tested } from './results.js';
export { type Trained, type TrainModelOptions, trainModel } from './train-model.js';
