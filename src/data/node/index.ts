/**
 * What needs files: loading and downloading data sets. Node only; everything else of the data is in `vitrail/data`.
 *
 * @module
 */
export { cacheFolder } from '../../node/cache-folder.js';
export { gunzip } from './gunzip.js';
export { type LoadOptions, loadDataset } from './load-dataset.js';
export type { DownloadOptions, DownloadProgress } from './receive.js';
