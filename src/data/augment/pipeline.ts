import { fold, type Key } from '../../core/key.js';
import type { Image, ImageSize } from '../image.js';
import { flip } from './flip.js';
import { normalize } from './normalize.js';
import { resize } from './resize.js';
import { rotate } from './rotate.js';
import { shift } from './shift.js';
import type { Statistics } from './statistics.js';
import type { Transform, Transforms } from './transform.js';
import { zoom } from './zoom.js';

/** The way of an image into the model. */
export interface Pipeline {
  /** All transforms, in order; the same key gives the same bits. */
  readonly train: (key: Key, image: Image) => Image;
  /** Those that are not random. */
  readonly evaluate: (image: Image) => Image;
  /** The size that comes out for images of the given size. */
  readonly output: (input: ImageSize) => ImageSize;
}

/** What `pipeline` makes a pipeline of: plain data, from which another thread makes the same one. */
export interface PipelineData {
  readonly transforms: Transforms;
  readonly statistics: Statistics;
}

// By identity, so that a copy with another function in it, which the data does not describe, has none.
const made = new WeakMap<Pipeline, PipelineData>();

/** The data that a pipeline was made of; none if its functions were put together by hand. */
export const pipelineData = (of: Pipeline): PipelineData | undefined => made.get(of);

type Step =
  | { readonly random: false; readonly apply: (image: Image) => Image }
  | { readonly random: true; readonly apply: (key: Key, image: Image) => Image };

const fixed = (apply: (image: Image) => Image): Step => ({ random: false, apply });
const random = (apply: (key: Key, image: Image) => Image): Step => ({ random: true, apply });

const step = (transform: Transform, statistics: Statistics): Step => {
  switch (transform.kind) {
    case 'normalize':
      return fixed(normalize(statistics));
    case 'resize':
      return fixed(resize(transform.height, transform.width));
    case 'flip':
      return random(flip);
    case 'rotate':
      return random(rotate(transform.factor));
    case 'zoom':
      return random(zoom(transform.height, transform.width));
    case 'shift':
      return random(shift(transform.pixels, transform.fill));
  }
};

/**
 * Makes functions of a list of transforms. Each random one draws from a sub-key of its own, made from its position.
 *
 * @example
 * const { train } = pipeline([{ kind: 'normalize' }, { kind: 'flip' }], adaptNormalization(dataset.train));
 * const image = train(key(42), imageAt(dataset.train, 0));
 */
export const pipeline = (transforms: Transforms, statistics: Statistics): Pipeline => {
  const steps = transforms.map((transform) => step(transform, statistics));
  const resized = transforms.findLast((transform) => transform.kind === 'resize');
  const functions: Pipeline = {
    train: (key, image) =>
      steps.reduce(
        (current, { random, apply }, position) => (random ? apply(fold(key, position), current) : apply(current)),
        image,
      ),
    evaluate: (image) => steps.reduce((current, { random, apply }) => (random ? current : apply(current)), image),
    output: ({ height: rows, width: columns, channels }) => ({
      height: resized?.height ?? rows,
      width: resized?.width ?? columns,
      channels,
    }),
  };
  made.set(functions, { transforms, statistics });
  return functions;
};
