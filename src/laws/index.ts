/**
 * Laws: what this library demands of its own layers, optimizers, metrics, schedules and transforms, as values for those of anybody. Each
 * is a property of fast-check, an optional peer dependency that only this subpath needs.
 *
 * @example
 * const input = shape(['batch', 'feature'], [2, 6]);
 * for (const law of layerLaws({ layer: linear(4), input })) await law.check();
 *
 * @module
 */
export * as arbitrary from './arbitrary/index.js';
export type { EngineOptions, Engines } from './internal/engines.js';
export type { Law, Parameters } from './law.js';
export { layerLaws } from './layer/layer-laws.js';
export type { LayerSubject } from './layer/subject.js';
export { metricLaws } from './metric/metric-laws.js';
export type { Examples, MetricSubject } from './metric/subject.js';
export type { Descent } from './optimizer/descent.js';
export { linkLaws, optimizerLaws } from './optimizer/optimizer-laws.js';
export type { OptimizerSubject } from './optimizer/subject.js';
export { scheduleLaws } from './schedule/schedule-laws.js';
export type { TransformSubject } from './transform/subject.js';
export { transformLaws } from './transform/transform-laws.js';
