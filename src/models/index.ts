/**
 * Models composed of layers, their configurations and presets.
 *
 * @module
 */
export { type AttentionConfig, type TokenizerConfig, VitConfig } from './config.js';
export { kerasModels, type ModelPair, officialModels, quickstartModels } from './presets.js';
export { declareVit, type VitParams, vit, vitBlock } from './vit.js';
export { fromKeras, toKeras } from './weights/keras.js';
export { fromPyTorch, toPyTorch } from './weights/pytorch.js';
export type { NamedTensors, WeightsError } from './weights/weight-map.js';
