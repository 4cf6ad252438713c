import * as E from 'fp-ts/lib/Either.js';
import { permutation } from '../../../core/host-draws.js';
import { fold, type Key } from '../../../core/key.js';
import { type DataError, dataError } from '../../data-error.js';
import type { ImageSplit } from '../../image-split.js';
import type { Skipped } from '../../skipped.js';
import { type ListedImage, trainedClasses } from './list-images.js';

interface Labelled {
  readonly path: string;
  readonly label: number;
}

const shuffled = <A>(key: Key, items: readonly A[]): readonly A[] =>
  Array.from(permutation(key, items.length)).flatMap((position) => items.slice(position, position + 1));

/**
 * Every class spread evenly over the whole: image k of a class of n stands at (k + ½) / n. So every range, such as the last
 * tenth for validation, has each class in proportion.
 */
const spread = (classes: readonly (readonly Labelled[])[]): readonly Labelled[] =>
  classes
    .flatMap((images) => images.map((image, k) => ({ image, at: (k + 0.5) / images.length })))
    .sort((a, b) => a.at - b.at || a.image.label - b.image.label)
    .map(({ image }) => image);

const recorded = (images: readonly Labelled[]): ImageSplit['train'] => ({
  files: images.map(({ path }) => path),
  labels: images.map(({ label }) => label),
});

/** One entry for each class of test or validation images that nothing was trained for. */
const unknown = (images: readonly ListedImage[], classes: readonly string[]): readonly Skipped[] => {
  const others = images.filter(({ className }) => !classes.includes(className));
  return [...new Set(others.map(({ className }) => className))].map((name) => {
    const all = others.filter(({ className }) => className === name);
    return {
      path: all[0]?.path ?? name,
      reason: 'unknown-class',
      detail: `class '${name}' has no images to train on; ${all.length === 1 ? 'its only file is' : `its ${all.length} files are`} left out`,
    };
  });
};

/**
 * Divides images into those to train on, to validate on and to test on. Images of a given part stay in it. If no image is to
 * test on, those to validate on are; if there are none either, `fraction` of each class is (1: all), chosen by the key and the name
 * of the class. The images to train on are in an order that the key gives.
 *
 * The classes are those of the images to train on, unless they are given.
 *
 * Errors: `empty` with fewer than two classes, or without images to test on.
 */
export const splitImages = (
  folder: string,
  images: readonly ListedImage[],
  {
    fraction,
    key,
    classes = trainedClasses(images),
  }: { readonly fraction: number; readonly key: Key; readonly classes?: readonly string[] },
): E.Either<DataError, { readonly split: ImageSplit; readonly skipped: readonly Skipped[] }> => {
  if (classes.length < 2)
    return E.left(
      dataError(
        'empty',
        folder,
        'folders of images, one for each of two classes or more',
        classes.length === 0 ? 'no image that can be used' : `one class, '${classes[0]}'`,
        'Give a folder with train/<class>/… or <class>/… of JPEG, PNG, WebP, GIF, TIFF or AVIF files.',
      ),
    );
  const labels = new Map(classes.map((name, label) => [name, label]));
  const of = (part: ListedImage['part']): readonly Labelled[] =>
    images.flatMap(({ path, className, part: own }) => {
      const label = labels.get(className);
      return own === part && label !== undefined ? [{ path, label }] : [];
    });
  const byClass = (all: readonly Labelled[]): readonly (readonly Labelled[])[] =>
    classes.map((name, label) =>
      shuffled(
        fold(fold(key, 'split'), name),
        all.filter((image) => image.label === label),
      ),
    );
  const [given, validation, tested] = [of('train'), of('validation'), of('test')];
  const whole = byClass([...given, ...of(undefined)]);
  // At least one image of each class stays to train on, unless all are to test on.
  const held = (all: readonly Labelled[]): number =>
    fraction === 1 ? all.length : Math.min(Math.round(all.length * fraction), all.length - 1);
  const isGiven = tested.length + validation.length > 0;
  const train = isGiven ? whole : whole.map((all) => all.slice(held(all)));
  const test = isGiven ? (tested.length > 0 ? tested : validation) : whole.flatMap((all) => all.slice(0, held(all)));
  if (test.length === 0)
    return E.left(
      dataError(
        'empty',
        folder,
        'images to test on: a folder test or val, or enough images in each class to hold some back',
        `none, and ${fraction} of the ${given.length + of(undefined).length} images rounds to none in every class`,
        'Add images.',
      ),
    );
  return E.right({
    split: {
      classes,
      train: recorded(spread(train)),
      validation: recorded(tested.length > 0 ? validation : []),
      test: recorded(test),
    },
    skipped: unknown(images, classes),
  });
};

/** The files of a split, as if a folder had been listed. */
export const listingOf = ({ classes, ...parts }: ImageSplit): readonly ListedImage[] =>
  (['train', 'validation', 'test'] as const).flatMap((part) =>
    parts[part].files.map((path, i) => ({ path, part, className: classes[parts[part].labels[i] ?? -1] ?? '' })),
  );
