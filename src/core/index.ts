/**
 * The language: layers, combinators, parameter trees, keys, named axes, errors, codecs. `tf` is tfjs-core, for layers of your
 * own: the same copy that the library uses.
 *
 * @module
 */
export * as tf from '@tensorflow/tfjs-core';
export {
  type Axes,
  type Features,
  type Images,
  imageShape,
  type Logits,
  type Same,
  type Shape,
  type Sizes,
  shape,
  showShape,
  sizeOf,
  sizesOf,
  type Tensor,
  type Tokens,
  type Vectors,
} from './axes.js';
export {
  atMost,
  type ConfigError,
  configError,
  decode,
  notNegative,
  numberThat,
  oneOf,
  positive,
  positiveInteger,
  properFraction as dropRate,
  record,
  size,
  tagged,
  wholeNumber,
} from './config.js';
export { type Context, child, evaluation, training } from './context.js';
export {
  countParameters,
  type Declaration,
  declare,
  type Hosts,
  initialize,
  type ParameterSpec,
  type Part,
  parameter,
  type Specs,
  summarize,
  zerosLike,
} from './declaration.js';
export { describeLayers, type LayerDescription } from './describe-layers.js';
export type { Distribution } from './distribution.js';
export { bernoulli, drawOnHost, integer, normal, permutation, uniform } from './draws.js';
export { ensure, expectAxes, type Failure, type ShapeError, shapeError, within } from './errors.js';
export { add, type Combine, concatenate, fanOut, residual } from './fan-out.js';
export * as host from './host-operations.js';
export { type DType, filled, float32, type HostTensor, int32, scalarOf } from './host-tensor.js';
export { identity } from './identity.js';
export {
  constant,
  glorotNormal,
  glorotUniform,
  type Initializer,
  normalWith,
  ones,
  uniformIn,
  zeros,
} from './initializers.js';
export { fold, type Key, key, split } from './key.js';
export type { AnyLayer, InputOf, Layer, NoParams, OutputAxes, OutputOf, ParamsOf } from './layer.js';
export { mapParams } from './map-params.js';
export { type Named, named } from './named.js';
export { observe, show } from './observe.js';
export { orThrow } from './or-throw.js';
export { matching } from './path-pattern.js';
export { requireAxes, requireOption, requireParameter, requireThat } from './require.js';
export { repeat, sequence } from './sequence.js';
export { serial } from './serial.js';
export { stateParameter, update } from './state.js';
export { customGradient } from './tfjs/custom-gradient.js';
export * as tree from './tree.js';
export { type Differentiated, type Loss, valueAndGrad } from './value-and-grad.js';
