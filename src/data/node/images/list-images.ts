/**
 * Which files of a folder may be images, and of which class: `train/<class>/…` with `val` and `test` beside it, or only
 * `<class>/…`.
 *
 * @module
 */
import { entriesOf, filesBelow, sortedByCodePoint, within } from '../../../node/file-tree.js';
import type { Skipped } from '../../skipped.js';

export type Part = 'train' | 'validation' | 'test';

/** A file that may be an image. */
export interface ListedImage {
  /** Within the folder of the data set, with `/` between names. */
  readonly path: string;
  readonly className: string;
  /** Missing if the folder does not say: the images are split then. */
  readonly part?: Part;
}

export interface Listing {
  readonly images: readonly ListedImage[];
  readonly skipped: readonly Skipped[];
}

/** A function that lists the images of a folder. */
export type ListImages = (root: string) => Promise<Listing>;

const partNames: ReadonlyMap<string, Part> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** The part that a folder of this name holds, if any. */
export const partOf = (name: string): Part | undefined => partNames.get(name.toLowerCase());

const joined = (listings: readonly Listing[]): Listing => ({
  images: listings.flatMap(({ images }) => images),
  skipped: listings.flatMap(({ skipped }) => skipped),
});

/** Files that lie where only folders of classes are expected. */
const filesOutside = (folder: string, files: readonly string[]): readonly Skipped[] =>
  files.map((name) => ({
    path: within(folder, name),
    reason: 'outside-classes',
    detail: 'it is in no folder of a class',
  }));

/** The images of a folder whose folders are classes. The same name in composed and decomposed Unicode is one class. */
export const listClasses = async (root: string, folder: string, part?: Part): Promise<Listing> => {
  const { folders, files, passedOver } = await entriesOf(root, folder);
  const classes = await Promise.all(
    folders.map(async (name): Promise<Listing> => {
      const below = await filesBelow(root, within(folder, name));
      const className = name.normalize('NFC');
      const images = below.files.map((path) => ({ path, className, ...(part === undefined ? {} : { part }) }));
      const empty: readonly Skipped[] =
        images.length === 0
          ? [{ path: within(folder, name), reason: 'empty-class', detail: 'a folder without files' }]
          : [];
      return { images, skipped: [...below.passedOver, ...empty] };
    }),
  );
  return joined([{ images: [], skipped: [...passedOver, ...filesOutside(folder, files)] }, ...classes]);
};

/** Lists the images of a folder: the parts, if it has a `train`; otherwise every folder is a class. */
export const listImageFolder: ListImages = async (root) => listFrom(root, '');

/** Whether `train` is a class of trains: it has files alone, and lies beside other classes, as in CIFAR-100. */
const isClass = async (root: string, folder: string, folders: readonly string[]): Promise<boolean> => {
  if (folders.every((name) => partOf(name) !== undefined)) return false;
  const trains = folders.filter((name) => partOf(name) === 'train');
  const entries = await Promise.all(trains.map((name) => entriesOf(root, within(folder, name))));
  return entries.every((entry) => entry.folders.length === 0 && entry.files.length > 0);
};

const listFrom = async (root: string, folder: string): Promise<Listing> => {
  const { folders, files, passedOver } = await entriesOf(root, folder);
  const skipped = [...passedOver, ...filesOutside(folder, files)];
  const parts = folders.map(partOf);
  const [only] = folders;
  if (parts.includes('train') && !(await isClass(root, folder, folders))) {
    const listings = folders.map(async (name, position): Promise<Listing> => {
      const path = within(folder, name);
      const part = parts[position];
      return part === undefined
        ? { images: [], skipped: [{ path, reason: 'outside-classes', detail: 'a folder beside train, val and test' }] }
        : listClasses(root, path, part);
    });
    return joined([{ images: [], skipped }, ...(await Promise.all(listings))]);
  }
  // Archives often have everything in one folder.
  if (only !== undefined && folders.length === 1 && (await entriesOf(root, within(folder, only))).folders.length > 0)
    return joined([{ images: [], skipped }, await listFrom(root, within(folder, only))]);
  return listClasses(root, folder);
};

/** The names of the classes that have images to train on, sorted by code point. */
export const trainedClasses = (images: readonly ListedImage[]): readonly string[] =>
  sortedByCodePoint(
    new Set(images.flatMap(({ className, part }) => (part === undefined || part === 'train' ? [className] : []))),
  );
