/**
 * Image sources, formats, transforms and batches. Data sets are loaded from files by `vitrail/data/node`.
 *
 * @module
 */
export { adapt, type CustomTransforms, outputSize } from './augment/adapt.js';
export {
  type AnyTransform,
  defineTransform,
  type TransformData,
  type TransformDefinition,
  type TransformOptions,
} from './augment/define-transform.js';
export { type Statistics, statisticsOf } from './augment/normalize.js';
export {
  adaptedPipeline,
  type Pipeline,
  type PipelineData,
  type PipelineOptions,
  pipeline,
} from './augment/pipeline.js';
export { pipelineWith } from './augment/pipeline-codec.js';
export { Transform, Transforms, transformsWith } from './augment/transforms.js';
export type { Batch, BatchRequest, BatchTag } from './batch.js';
export { type BatchError, batchError } from './batch-error.js';
export { concatenateSources } from './concatenate-sources.js';
export { type DataError, type DataErrorKind, dataError } from './data-error.js';
export { type DatasetEntry, DatasetName, type Download, datasets, type FolderEntry } from './datasets.js';
export { fingerprint } from './fingerprint.js';
export { decodeCifar } from './formats/cifar.js';
export type { NamedBytes } from './formats/format.js';
export { decodeIdx } from './formats/idx.js';
export { blank, type Image, type ImageSize } from './image.js';
export { defaultDecoding, ImageDecoding } from './image-decoding.js';
export {
  customSource,
  type Dataset,
  type ImageFiles,
  type ImageSource,
  type SourceData,
  type SourceOrigin,
} from './image-source.js';
export { ImageSplit } from './image-split.js';
export { type ImageBytes, imagesFromBytes } from './images-from-bytes.js';
export { makeBatch } from './make-batch.js';
export { relabelled } from './relabelled.js';
export {
  batchCount,
  epochOrder,
  type TrainingRequestsOptions,
  trainingRequests,
  validationRequests,
} from './requests.js';
export { splitValidation, subset, take } from './select-images.js';
export { describeSkipped, type Skipped, type SkipReason } from './skipped.js';
export { stackImages } from './stack-images.js';
export { type BatchesOptions, withBatches } from './with-batches.js';
