import * as t from 'io-ts';
import { record, wholeNumber } from '../core/config.js';

const part = record('the images of a part', {
  /** Within the folder of the data set, with `/` between names, in the order of the source. */
  files: t.readonlyArray(t.string),
  /** The position of each image's class in `classes`. */
  labels: t.readonlyArray(wholeNumber),
});

/**
 * Which image files are trained on, validated on and tested on, in which order, as JSON: a run keeps it, so that it is
 * resumed and evaluated on the same images even where files were added.
 */
export const ImageSplit = record('a split of images', {
  classes: t.readonlyArray(t.string),
  train: part,
  validation: part,
  test: part,
});
export type ImageSplit = t.TypeOf<typeof ImageSplit>;
