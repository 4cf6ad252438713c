/**
 * The safetensors format, read and written. Nothing here needs Node.
 *
 * @module
 */
export { decodeTensor, decodeTensors } from './decode.js';
export { encodeTensors, type Sha256, type TensorFile } from './encode.js';
export type { SafetensorsError } from './error.js';
export { headerEnd, parseHeader, type SafetensorsHeader, type TensorEntry } from './header.js';
