/**
 * The layout of Tiny-ImageNet: `train/<id>/images/…` beside boxes, and `val/images` whose classes are in
 * `val/val_annotations.txt`. Its test images have no labels. `words.txt` has the names of the classes.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../../node/exists.js';
import { filesBelow } from '../../../node/file-tree.js';
import type { Skipped } from '../../skipped.js';
import { type ListedImage, type ListImages, listClasses } from './list-images.js';

const ANNOTATIONS = 'val/val_annotations.txt';

/** Whether a folder has this layout. */
export const isTinyImageNet = (root: string): Promise<boolean> => exists(join(root, ANNOTATIONS))();

const linesOf = async (path: string): Promise<readonly (readonly string[])[]> =>
  (await readFile(path, 'utf8'))
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** From ids to names: the first of the synonyms, with the id where two classes have the same. Without words.txt: the ids. */
const namesOf = async (root: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const lines = await linesOf(join(root, 'words.txt')).catch(() => []);
  const words = new Map(lines.map(([id = '', synonyms = '']) => [id, synonyms.split(',')[0]?.trim() || id]));
  const plain = ids.map((id) => words.get(id) ?? id);
  return new Map(
    ids.map((id, i) => {
      const name = plain[i] ?? id;
      return [id, plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name} (${id})`];
    }),
  );
};

const isBoxes = (path: string): boolean => path.endsWith('_boxes.txt');

/** Lists the images of Tiny-ImageNet. Its validation images are those to test on. */
export const listTinyImageNet: ListImages = async (root) => {
  const train = await listClasses(root, 'train', 'train');
  const trained = train.images.filter(({ path }) => !isBoxes(path));
  const names = await namesOf(root, [...new Set(trained.map(({ className }) => className))]);
  const named = (id: string): string => names.get(id) ?? id;
  const ids = new Map(
    (await linesOf(join(root, ANNOTATIONS))).map(([file = '', id = '']) => [`val/images/${file}`, id]),
  );
  const below = await filesBelow(root, 'val/images');
  const unlabelled = below.files.filter((path) => !ids.has(path));
  const found = new Set(below.files);
  const lost = [...ids.keys()].filter((path) => !found.has(path));
  const wrong = (paths: readonly string[], detail: string): readonly Skipped[] =>
    paths.map((path) => ({ path, reason: 'bad-label', detail }));
  return {
    images: [
      ...trained.map((image) => ({ ...image, className: named(image.className) })),
      ...below.files.flatMap((path): readonly ListedImage[] => {
        const id = ids.get(path);
        return id === undefined ? [] : [{ path, className: named(id), part: 'test' }];
      }),
    ],
    skipped: [
      ...train.skipped,
      ...below.passedOver,
      ...wrong(unlabelled, `no line of ${ANNOTATIONS} has its class`),
      ...wrong(lost, `${ANNOTATIONS} names this file, but it is not there`),
    ],
  };
};
