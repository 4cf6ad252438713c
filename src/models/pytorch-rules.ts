/**
 * How the tensors of PyTorch's layers become ours, for weight maps.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { flow } from 'fp-ts/lib/function.js';
import * as host from '../core/host-operations.js';
import { converted, same, type WeightRule } from './weight-map.js';

/** A layer norm. */
export const norm = (theirs: string, ours: string): readonly WeightRule[] => [
  same(`${theirs}.weight`, `${ours}/scale`),
  same(`${theirs}.bias`, `${ours}/offset`),
];

// PyTorch's weights are [out, in].
const turned = host.transpose([1, 0]);

/** A linear map with a bias. */
export const linear = (theirs: string, ours: string): readonly WeightRule[] => [
  converted(`${theirs}.weight`, `${ours}/weight`, turned, turned),
  same(`${theirs}.bias`, `${ours}/bias`),
];

/** Query, key and value are one linear map: [3 · out, in]. */
export const projections = (theirs: string, ours: string): WeightRule => ({
  theirs: `${theirs}.weight`,
  ours: ['query', 'key', 'value'].map((name) => `${ours}/${name}/weight`),
  read: flow(turned, E.chain(host.split(1, 3))),
  write: flow(host.concat(1), E.chain(turned)),
});

/** The weight of a convolution: [out, in, row, column] in PyTorch. */
export const convolution = (theirs: string, ours: string): WeightRule =>
  converted(`${theirs}.weight`, `${ours}/weight`, host.transpose([2, 3, 1, 0]), host.transpose([3, 2, 0, 1]));
