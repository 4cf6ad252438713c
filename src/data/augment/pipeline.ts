import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { type ConfigError, configError } from '../../core/config.js';
import { fold, type Key, key as keyOf } from '../../core/key.js';
import type { DataError } from '../data-error.js';
import type { Image, ImageSize } from '../image.js';
import type { ImageSource } from '../image-source.js';
import { adapt, type CustomTransforms, checkSize, fieldOf, stepsOf } from './adapt.js';
import type { AnyTransform, TransformData, TransformStep } from './define-transform.js';

/** Preprocessing and augmentation of images. */
export interface Pipeline {
  /** What the pipeline is made of, statistics included: plain data for a configuration or a checkpoint. */
  readonly transforms: readonly TransformData[];
  /** All transforms, in order, for training. The same key gives the same bits. */
  readonly augment: (key: Key, image: Image) => Image;
  /** The transforms as they are in evaluation: without those that are random. */
  readonly preprocess: (image: Image) => Image;
  /** The size that images of this size come out with, or why the pipeline cannot run on them. */
  readonly outputSize: (input: ImageSize) => E.Either<ConfigError, ImageSize>;
  /** What the user should know about the transforms, although the pipeline can run; `fit` reports it as events. */
  readonly warnings: readonly string[];
  /**
   * Plain data from which a worker thread rebuilds the pipeline. Without it, batches are made in the main thread. Not
   * enumerable: a copy with another function, `{ ...pipeline, preprocess }`, does not inherit it.
   */
  readonly threadData?: PipelineData;
}

/** The transforms, and the modules that export the definitions of those that are not built in. */
export interface PipelineData {
  readonly transforms: readonly TransformData[];
  readonly custom: readonly { readonly kind: string; readonly module: string }[];
}

// For transforms that are not random.
const fixedKey = keyOf(0);

// Each step is checked with the size that reaches it, if the input size is known.
const check = (steps: readonly TransformStep[], input?: ImageSize): E.Either<ConfigError, void> => {
  const checked = input === undefined ? E.right(undefined) : checkSize(input);
  if (E.isLeft(checked)) return checked;
  let size = input;
  for (const [position, step] of steps.entries()) {
    const problem = step.problem(size);
    if (problem !== undefined) return E.left(configError(fieldOf(position), problem));
    size = size && step.outputSize(size);
  }
  return E.right(undefined);
};

// A worker thread finds the definitions of custom transforms in their modules: all of them, or it cannot be used.
const dataOf = (transforms: readonly TransformData[], custom: readonly AnyTransform[]): PipelineData | undefined => {
  const used = custom.filter(({ kind }) => transforms.some((transform) => transform.kind === kind));
  const found = used.flatMap(({ kind, module }) => (module === undefined ? [] : [{ kind, module }]));
  return found.length === used.length ? { transforms, custom: found } : undefined;
};

export interface PipelineOptions extends CustomTransforms {
  /** The size of the images, to check that the transforms can run on them. */
  readonly input?: ImageSize;
}

/**
 * Makes a pipeline of a list of transforms. Each transform draws from a key of its own, made from its position.
 *
 * Errors: a `ConfigError` that names the transform if it is unknown, its settings are wrong, or it cannot run:
 * `normalize` without statistics, or on images of another number of channels (when `input` is given).
 *
 * @example
 * const images = pipe(
 *   adapt([{ kind: 'normalize' }, { kind: 'flip' }], dataset.train),
 *   E.chainW((transforms) => pipeline(transforms)),
 * );
 */
export const pipeline = (
  transforms: readonly TransformData[],
  { custom = [], input }: PipelineOptions = {},
): E.Either<ConfigError, Pipeline> =>
  pipe(
    stepsOf(transforms, custom),
    E.chainFirst((steps) => check(steps, input)),
    E.map((steps) => {
      const functions: Pipeline = {
        transforms,
        augment: (key, image) =>
          steps.reduce(
            (current, { apply, phase }, position) =>
              apply(phase === 'always' ? fixedKey : fold(key, position), current),
            image,
          ),
        preprocess: (image) =>
          steps.reduce(
            (current, { apply, evaluate, phase }) =>
              phase === 'always' ? apply(fixedKey, current) : evaluate(current),
            image,
          ),
        outputSize: (size) =>
          pipe(
            check(steps, size),
            E.map(() => steps.reduce((current, step) => step.outputSize(current), size)),
          ),
        warnings: steps.flatMap(({ warning }) => (warning === undefined ? [] : [warning])),
      };
      const threadData = dataOf(transforms, custom);
      return threadData === undefined
        ? functions
        : Object.defineProperty(functions, 'threadData', { value: threadData });
    }),
  );

/**
 * A pipeline with the statistics of these training images: `adapt`, then `pipeline`.
 *
 * @example
 * const images = adaptedPipeline([{ kind: 'normalize' }, { kind: 'flip' }], dataset.train);
 */
export const adaptedPipeline = (
  transforms: readonly TransformData[],
  source: ImageSource,
  options: CustomTransforms = {},
): E.Either<ConfigError | DataError, Pipeline> =>
  pipe(
    adapt(transforms, source, options),
    E.chainW((filled) => pipeline(filled, source.count === 0 ? options : { ...options, input: source.image(0) })),
  );
