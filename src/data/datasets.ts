/**
 * The table of data sets: for each, where its files are, how they are decoded and what its classes are.
 *
 * @module
 */
import * as t from 'io-ts';
import { cifar10Classes, cifar100Classes, fashionMnistClasses, mnistClasses } from './classes.js';
import { cifar10Format, cifar100Format } from './formats/cifar.js';
import type { Format } from './formats/format.js';
import { idxFormat } from './formats/idx.js';
import { svhnFormat } from './formats/svhn.js';
import type { ImageSize } from './image.js';

/** A published archive. */
export interface Download {
  readonly url: string;
  readonly md5: string;
  /** The number of bytes. A server that sends more is cut off. */
  readonly bytes: number;
}

/** A data set that is a folder of image files, which the user gives. */
export interface FolderEntry {
  readonly title: string;
  /** The folder inside the published archive, if there is one. It is also looked for in a folder that the user gives. */
  readonly folder: string | undefined;
  /** A file or folder that tells this layout from others. */
  readonly sign: string | undefined;
  /** What to do if the folder is not given. */
  readonly advice: string;
}

/** A data set that is made of files of a known format. */
export interface DatasetEntry {
  readonly title: string;
  readonly classes: readonly string[];
  readonly format: Format;
  /** The size of the published images. */
  readonly image: ImageSize;
  /** Whether the files come with this package, in `data/` and then `folder`. */
  readonly included: boolean;
  /** Folders where a package manager of the system installs the files. */
  readonly installed: readonly string[];
  /** The folder inside the published archive, if there is one. It is also looked for in a folder that the user gives. */
  readonly folder: string;
  readonly download?: Download;
  /** What to do if the files are not found. */
  readonly advice: string;
}

const gray28: ImageSize = { height: 28, width: 28, channels: 1 };
const color32: ImageSize = { height: 32, width: 32, channels: 3 };

/** The data sets by name. The checksums of CIFAR are those of its official page. */
export const datasets = {
  'fashion-mnist-small': {
    title: '6,000 training and 2,000 test images of Fashion-MNIST, 28×28 gray; comes with this package',
    classes: fashionMnistClasses,
    format: idxFormat(fashionMnistClasses),
    image: gray28,
    included: true,
    installed: [],
    folder: 'fashion-mnist-small',
    advice: 'They come with this package: omit --data, or install the package again.',
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST: 60,000 training and 10,000 test images, 28×28 gray',
    classes: fashionMnistClasses,
    format: idxFormat(fashionMnistClasses),
    image: gray28,
    included: false,
    installed: ['/usr/share/datasets/fashion-mnist'],
    folder: 'fashion-mnist',
    advice: 'On Debian and Ubuntu: apt-get install dataset-fashion-mnist. Elsewhere, give its folder with --data DIR.',
  },
  mnist: {
    title: 'MNIST: 60,000 training and 10,000 test images of digits, 28×28 gray',
    classes: mnistClasses,
    format: idxFormat(mnistClasses),
    image: gray28,
    included: false,
    installed: ['/usr/share/datasets/mnist'],
    folder: 'mnist',
    advice: 'Give the folder of its four IDX files with --data DIR.',
  },
  cifar10: {
    title: 'CIFAR-10: 50,000 training and 10,000 test images, 32×32 color',
    classes: cifar10Classes,
    format: cifar10Format,
    image: color32,
    included: false,
    installed: [],
    folder: 'cifar-10-batches-bin',
    download: {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      bytes: 170_052_171,
    },
    advice: 'Give the folder of its six .bin files with --data DIR.',
  },
  cifar100: {
    title: 'CIFAR-100: 50,000 training and 10,000 test images, 32×32 color',
    classes: cifar100Classes,
    format: cifar100Format,
    image: color32,
    included: false,
    installed: [],
    folder: 'cifar-100-binary',
    download: {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
      md5: '03b5dce01913d631647c71ecec9e9cb8',
      bytes: 168_513_733,
    },
    advice: 'Give the folder of train.bin and test.bin with --data DIR.',
  },
  svhn: {
    title: 'SVHN: 73,257 training and 26,032 test images of house numbers, cropped digits, 32×32 color',
    classes: mnistClasses,
    format: svhnFormat,
    image: color32,
    included: false,
    installed: [],
    folder: 'svhn',
    advice:
      'Give the folder of train_32x32.mat and test_32x32.mat, from http://ufldl.stanford.edu/housenumbers, with --data DIR.',
  },
  'tiny-imagenet': {
    title: 'Tiny-ImageNet: 100,000 training and 10,000 validation images, 64×64 color, 200 classes',
    folder: 'tiny-imagenet-200',
    sign: 'val/val_annotations.txt',
    advice: 'Give the folder of train, val and words.txt with --data DIR.',
  },
  'image-folder': {
    title: 'your own images: train/<class>/… with val and test, or only <class>/…',
    folder: undefined,
    sign: undefined,
    advice: 'Give the folder with --data DIR.',
  },
} as const satisfies Readonly<Record<string, DatasetEntry | FolderEntry>>;

export type DatasetName = keyof typeof datasets;

/** The codec of names of data sets. */
export const DatasetName: t.Type<DatasetName> = t.keyof(datasets, 'the name of a data set');
