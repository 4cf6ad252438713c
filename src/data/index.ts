/**
 * Data sets, their formats and splits, image transforms, and batches.
 *
 * @module
 */
export { flip, flipHorizontally } from './augment/flip.js';
export { adaptNormalization, normalize } from './augment/normalize.js';
export { type Pipeline, pipeline } from './augment/pipeline.js';
export { resize } from './augment/resize.js';
export { rotate, rotateBy } from './augment/rotate.js';
export { shift, shiftBy } from './augment/shift.js';
export { Statistics } from './augment/statistics.js';
export { Transform, Transforms } from './augment/transform.js';
export { zoom, zoomBy } from './augment/zoom.js';
export { type BatchError, batchError } from './batch-error.js';
export {
  type Batch,
  type BatchRequest,
  batchCount,
  epochOrder,
  epochRequests,
  evaluationBatches,
  evaluationRequests,
  makeBatch,
  trainBatch,
} from './batches.js';
export { type DataError, type DataErrorKind, dataError } from './data-error.js';
export { concatenateImages, type Dataset, imageAt, type LabeledImages, splitValidation, take } from './dataset.js';
export { type DatasetEntry, DatasetName, type Download, datasets, defaultDataset } from './datasets.js';
export type { DownloadOptions, Progress } from './download.js';
export { decodeCifar } from './formats/cifar.js';
export type { NamedBytes } from './formats/format.js';
export { decodeIdx } from './formats/idx.js';
export type { Image, ImageSize } from './image.js';
export { cacheFolder, type LoadOptions, loadDataset } from './load-dataset.js';
export { type BatchesOptions, withBatches } from './with-batches.js';
