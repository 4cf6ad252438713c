/**
 * Models composed of layers: their configurations, presets, and the families that configurations are tagged with.
 *
 * @module
 */
export type { AttentionConfig } from './attention-kind.js';
export { type CctParams, cct, declareCct } from './cct/cct.js';
export { CctConfig, type ConvTokenizerConfig } from './cct/config.js';
export { cct2Models, cct7Models } from './cct/presets.js';
export { fromCompactTransformers, toCompactTransformers } from './cct/weights.js';
export type { Classifier, ClassifierInput, ModelParams, TokenGrid } from './classifier.js';
export { adaptTo, type DeclaredClassifier, declareModel, inputOf, ModelConfig, tokensOf } from './families.js';
export type { Family } from './family.js';
export { type TokenizerConfig, VitConfig } from './vit/config.js';
export { kerasModels, type ModelPair, officialModels, quickstartModels } from './vit/presets.js';
export { declareVit, type VitParams, vit, vitBlock } from './vit/vit.js';
export { fromKeras, toKeras } from './vit/weights/keras.js';
export { fromPyTorch, toPyTorch } from './vit/weights/pytorch.js';
export type { NamedTensors, WeightsError } from './weight-map.js';
