import { inputOf } from '../models/families.js';
import type { ExperimentConfig } from './config.js';

export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

/** Images of one size up to this are small enough to be trained on as they are. */
const MOST = 64;

/** The size of the files if they all have the same and it is at most 64 × 64. */
export const smallSizeOf = (files: readonly PixelSize[]): PixelSize | undefined => {
  const [first] = files;
  if (first === undefined || files.some(({ height, width }) => height !== first.height || width !== first.width))
    return undefined;
  return Math.max(first.height, first.width) <= MOST ? { height: first.height, width: first.width } : undefined;
};

/**
 * The size to which the files of a folder are decoded for an experiment: their own, if they all have the same and it is at
 * most 64 × 64; else the one that the experiment's models take.
 *
 * @example
 * imageSizeFor(presets.quickstart)([{ height: 300, width: 400 }]); // { height: 28, width: 28 }
 */
export const imageSizeFor =
  ({ models }: ExperimentConfig) =>
  (files: readonly PixelSize[]): PixelSize => {
    const [model] = models;
    const { height, width } = model === undefined ? { height: MOST, width: MOST } : inputOf(model.config).image;
    return smallSizeOf(files) ?? { height, width };
  };
