/**
 * Runs in folders and models from files, for Node.
 *
 * @module
 */
export { folderStore } from './folder-store.js';
export { loadModel } from './load-model.js';
export { type OpenRunError, type OpenRunOptions, openRun, type RunModel } from './open-run.js';
export { defaultRunPath, readConfig, readRunStart } from './run-start.js';
