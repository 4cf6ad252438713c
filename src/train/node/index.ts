/**
 * Files of checkpoints and of parameters, for Node.
 *
 * @module
 */
export { type FileError, writeAtomically } from '../../node/files.js';
export { loadCheckpoint, saveCheckpoint } from './checkpoint-file.js';
export { loadParams, saveParams } from './params-file.js';
export { readTensors } from './read-tensors.js';
