/**
 * Figures and the report of a run, drawn from its results. Knows no model, no engine and no file.
 *
 * @module
 */
export { type AttentionMap, attentionRollout } from './attention-rollout.js';
export { renderEvaluation } from './evaluation/report.js';
export type { Calibration, CalibrationBin, ClassResult, EvaluationResults, Mistake } from './evaluation/results.js';
export { pairedGain, wilson } from './intervals.js';
export { type MontageOptions, montage } from './montage.js';
export { renderReport } from './report.js';
export type {
  AttentionFigure,
  AttentionMaps,
  DatasetSummary,
  EpochMetrics,
  EpochResult,
  Interval,
  ModelResult,
  PatchFigure,
  PixelImage,
  RunResults,
  TemperatureFigure,
  TestResult,
} from './results.js';
export { signed, signedRange } from './text.js';
