/**
 * Checkpoint files, for Node.
 *
 * @module
 */
export { type FileError, writeAtomically } from '../../node/files.js';
export { loadCheckpoint, saveCheckpoint } from './checkpoint-file.js';
export { readTensors } from './read-tensors.js';
