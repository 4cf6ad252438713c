/**
 * What needs files: loading and downloading data sets. Node only; everything else of the data is in `vitrail/data`.
 *
 * @module
 */
export { cacheFolder } from '../../node/cache-folder.js';
export { gunzip } from './gunzip.js';
export { decodeImage } from './images/decode-image.js';
export type { DecodingOptions, PixelSize } from './images/decoding-for.js';
export type { Unusable } from './images/image-format.js';
export { readImage } from './images/read-image-file.js';
export {
  type ImageFolder,
  type ImageFolderOptions,
  type ImageProgress,
  readImageFolder,
} from './images/read-image-folder.js';
export type { ScannedImage } from './images/scan-images.js';
export { datasetIn, type LoadOptions, loadDataset } from './load-dataset.js';
export type { DownloadOptions, DownloadProgress } from './receive.js';
