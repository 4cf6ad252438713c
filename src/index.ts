/**
 * Everything that composing and training a model takes. Data sets are under `vitrail/data`, figures under `vitrail/plot`,
 * whole experiments under `vitrail/experiment`; each part is a subpath of its own too.
 *
 * @module
 */
export * from './core/index.js';
export * from './engine/index.js';
export * from './layers/index.js';
export * from './models/index.js';
export * from './train/index.js';
