import { expect, test } from 'vitest';
import { readImageFolder } from '../../../src/data/node/index.js';
import { labelsOf, right } from '../fixtures.js';
import { type Files, folderWith, pngs } from './image-files.js';

const tiny = async (): Promise<Files> => ({
  ...(await pngs('train/n02/images', 3)),
  ...(await pngs('train/n01/images', 2, 10)),
  ...(await pngs('train/n03/images', 2, 20)),
  'train/n01/n01_boxes.txt': '0.png\t0\t0\t1\t1',
  ...(await pngs('val/images', 4, 30)),
  'val/val_annotations.txt':
    '0.png\tn02\t0\t0\t1\t1\r\n1.png\tn01\t0\t0\t1\t1\n2.png\tn03\t0\t0\t1\t1\nlost.png\tn01\n',
  ...(await pngs('test/images', 2, 40)),
  'words.txt': 'n00\tthing\nn01\tcrane\nn02\tgoldfish, Carassius auratus\nn03\tcrane, bird\n',
  'wnids.txt': 'n01\nn02\nn03\n',
});

test('classes are named by words.txt and validation images by their annotations', async () => {
  const { classes, train, test: tested, validation, files } = right(await readImageFolder(folderWith(await tiny()))());
  expect(classes).toEqual(['crane (n01)', 'crane (n03)', 'goldfish']);
  expect([train.count, validation]).toEqual([7, undefined]);
  expect(files.split.test.files).toEqual(['val/images/0.png', 'val/images/1.png', 'val/images/2.png']);
  expect(labelsOf(tested)).toEqual([2, 0, 1]);
  expect(files.skipped).toEqual([
    { path: 'val/images/3.png', reason: 'bad-label', detail: 'no line of val/val_annotations.txt has its class' },
    {
      path: 'val/images/lost.png',
      reason: 'bad-label',
      detail: 'val/val_annotations.txt names this file, but it is not there',
    },
  ]);
});

test('without words.txt classes are named by their ids', async () => {
  const { 'words.txt': _, ...files } = await tiny();
  expect(right(await readImageFolder(folderWith(files))()).classes).toEqual(['n01', 'n02', 'n03']);
});
