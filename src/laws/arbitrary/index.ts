/**
 * Arbitraries: random keys, shapes, layers and whole networks.
 *
 * @module
 */
export { key, layer, shape } from './basic.js';
export { type Network, network } from './network.js';
export { type Composable, type Part, part } from './parts.js';
