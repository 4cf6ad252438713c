/**
 * Runs in folders and models from files, for Node.
 *
 * @module
 */
export { type EvaluateRunError, type EvaluateRunOptions, evaluateRun } from './evaluate-run.js';
export {
  type EvaluationImages,
  type EvaluationImagesOptions,
  evaluationImages,
} from './evaluation-images.js';
export { type ExportRunError, type ExportRunOptions, writeOnnx } from './export-run.js';
export { folderStore } from './folder-store.js';
export { loadModel } from './load-model.js';
export { type OpenRunError, type OpenRunOptions, openRun, type RunModel } from './open-run.js';
export { type FilePrediction, predictFiles } from './predict-files.js';
export { type FileWeights, readWeights } from './read-weights.js';
export { defaultRunPath, readConfig, readRunStart } from './run-start.js';
