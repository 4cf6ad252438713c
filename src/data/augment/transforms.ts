/**
 * The built-in transforms, and codecs of lists of transforms.
 *
 * @module
 */
import * as t from 'io-ts';
import { tagged } from '../../core/config.js';
import type { AnyTransform, TransformData } from './define-transform.js';
import { flipTransform } from './flip.js';
import { normalizeTransform } from './normalize.js';
import { randomResizedCropTransform } from './random-resized-crop.js';
import { resizeTransform } from './resize.js';
import { rotateTransform } from './rotate.js';
import { shiftTransform } from './shift.js';
import { zoomTransform } from './zoom.js';

/** The definitions of the built-in transforms. */
export const builtInTransforms = [
  normalizeTransform,
  resizeTransform,
  randomResizedCropTransform,
  flipTransform,
  rotateTransform,
  zoomTransform,
  shiftTransform,
] as const;

/** A built-in transform. The functions of the same names say what each does. */
export type Transform = t.TypeOf<(typeof builtInTransforms)[number]['codec']>;

const codecs = (definitions: readonly AnyTransform[]) =>
  tagged('a transform', Object.fromEntries(definitions.map(({ kind, codec }) => [kind, codec])));

export const Transform: t.Type<Transform, unknown> = codecs(builtInTransforms);

/** The transforms of a pipeline, in order. */
export const Transforms = t.readonlyArray(Transform, 'transforms');
export type Transforms = t.TypeOf<typeof Transforms>;

/**
 * The codec of lists of built-in transforms and these.
 *
 * @example
 * const codec = transformsWith([posterize]);
 */
export const transformsWith = (
  custom: readonly AnyTransform[],
): t.Type<readonly TransformData[], readonly unknown[], unknown> =>
  t.readonlyArray(codecs([...builtInTransforms, ...custom]), 'transforms');

/** The definition of a transform. A custom definition takes precedence over a built-in one of the same kind. */
export const definitionOf = ({ kind }: TransformData, custom: readonly AnyTransform[]): AnyTransform | undefined => {
  const all: readonly AnyTransform[] = [...custom, ...builtInTransforms];
  return all.find((definition) => definition.kind === kind);
};
