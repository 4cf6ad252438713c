/**
 * The layers, one per file.
 *
 * @module
 */
export { type AttendOptions, attend, attentionWeights } from './attend.js';
export { type BatchNormParams, batchNorm } from './batch-norm.js';
export { type ClassTokenParams, classToken } from './class-token.js';
export { classifier } from './classifier.js';
export { type ConvOptions, type ConvParams, conv, type DepthwiseConvParams, depthwiseConv } from './conv.js';
export { type ConvTokensOptions, type ConvTokensParams, convTokens } from './conv-tokens.js';
export { dropout, dropPath } from './dropout.js';
export { elementwise, relu, sigmoid, silu, softplus, tanh } from './elementwise.js';
export { gelu } from './gelu.js';
export { imagesToTokens, tokensToImages } from './grid.js';
export { type LayerNormParams, layerNorm } from './layer-norm.js';
export { type LayerScaleParams, layerScale } from './layer-scale.js';
export { type LinearOptions, type LinearParams, linear, type WeightInitializer } from './linear.js';
export {
  type LocalityAttentionOptions,
  localityAttention,
  type TemperatureKind,
  type TemperatureParams,
} from './locality-attention.js';
export { type MlpOptions, type MlpParams, mlp } from './mlp.js';
export { type PatchTokensParams, patches, patchTokens } from './patches.js';
export { averagePool, maxPool } from './pool.js';
export { classPool, flatten, meanPool } from './pooling.js';
export { type PositionEmbeddingParams, positionEmbedding } from './position-embedding.js';
export { gatherTokens, rollTokens } from './reorder.js';
export { type ResizeOptions, resize } from './resize.js';
export {
  type AttentionInitializers,
  type AttentionParams,
  kerasAttention,
  officialAttention,
  type SelfAttentionOptions,
  selfAttention,
} from './self-attention.js';
export { type SequencePoolParams, sequencePool } from './sequence-pool.js';
export {
  type ShiftedPatchTokensOptions,
  type ShiftedPatchTokensParams,
  shiftedPatchTokens,
} from './shifted-patch-tokens.js';
export { type Directions, type Shift, type ShiftOrder, shiftedViews, shiftImages, shifts } from './shifts.js';
export type { WindowOptions } from './windows.js';
