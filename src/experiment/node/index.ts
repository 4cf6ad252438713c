/**
 * Runs in folders and models from files, for Node.
 *
 * @module
 */
export { defaultRunPath, folderStore, readConfig, readRunStart } from './folder-store.js';
export { loadModel } from './load-model.js';
