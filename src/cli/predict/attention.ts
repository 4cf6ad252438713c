import { basename, extname, join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ConfigError, configError } from '../../core/config.js';
import { pipeline } from '../../data/augment/pipeline.js';
import type { DataError } from '../../data/data-error.js';
import type { Image } from '../../data/image.js';
import type { ImageDecoding } from '../../data/image-decoding.js';
import { readImage } from '../../data/node/images/read-image-file.js';
import type { Engine, EngineError } from '../../engine/engine.js';
import { attentionMapper } from '../../experiment/attention-mapper.js';
import { pixelImage } from '../../experiment/pixel-image.js';
import type { TrainedModel } from '../../experiment/trained-model.js';
import { inputOf } from '../../models/families.js';
import type { FileError } from '../../node/file-error.js';
import { writeAtomically } from '../../node/files.js';
import { attentionPicture } from '../../plot/attention-picture.js';
import { encodePng } from '../../plot/png.js';

const refused = (problem: string): E.Either<ConfigError, never> => E.left(configError('--attention', problem));

/** Whoever gives these means a picture, not a folder. */
const OTHER_FORMATS: readonly string[] = ['.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif', '.svg', '.pdf'];

/** Where the picture of each file goes: `out` itself for a single one, else a folder with a PNG for each. Nowhere without `out`. */
export const picturePaths = (
  out: string | undefined,
  files: readonly string[],
): E.Either<ConfigError, ReadonlyMap<string, string>> => {
  if (out === undefined) return E.right(new Map());
  const ending = extname(out).toLowerCase();
  const isPicture = ending === '.png';
  if (OTHER_FORMATS.includes(ending)) return refused(`expected a name that ends in .png, or a folder, got ${out}`);
  if (isPicture && files.length > 1)
    return refused(`expected a folder for the pictures of ${files.length} files, got ${out}`);
  if (files.some((file) => resolve(file) === resolve(out)))
    return refused(`${out} is one of the images: choose another name`);
  if (isPicture) return E.right(new Map(files.map((file) => [file, out])));
  // Files of the same name in several folders are told apart by their position.
  const names = files.map((file) => basename(file, extname(file)));
  const paths = files.map((file, i): readonly [string, string] => {
    const name = names[i] ?? '';
    const isFirst = names.indexOf(name) === i;
    return [file, join(out, `${name}${isFirst ? '' : `-${i + 1}`}.png`)];
  });
  const overwritten = paths.find(([, to]) => files.some((file) => resolve(file) === resolve(to)));
  return overwritten === undefined
    ? E.right(new Map(paths))
    : refused(`${overwritten[1]} is one of the images: choose another folder`);
};

/** Pictures are at least so high, in pixels. */
const LEAST = 448;

/** In evaluation, these show the whole image if its aspect ratio stays. */
const KEEP_FRAME = ['normalize', 'resize', 'random-resized-crop', 'flip', 'rotate', 'zoom', 'shift'];

/** The image as the model sees it, without normalization; from its file and finer, where the model sees all of it. */
const pictureOf = (
  path: string,
  image: Image,
  { config, pipeline: { transforms } }: TrainedModel,
  decoding: ImageDecoding,
): TE.TaskEither<ConfigError | DataError, Image> => {
  const seen = inputOf(config).image;
  const finer = Math.max(1, Math.ceil(LEAST / decoding.height));
  return seen.height * decoding.width === seen.width * decoding.height &&
    transforms.every(({ kind }) => KEEP_FRAME.includes(kind))
    ? readImage(path, { ...decoding, height: finer * decoding.height, width: finer * decoding.width })
    : pipe(
        TE.fromEither(pipeline(transforms.filter(({ kind }) => kind !== 'normalize'))),
        TE.map(({ preprocess }) => preprocess(image)),
      );
};

/** Draws where a model looks on images, each into a PNG. */
export const attentionDrawer = (engine: Engine, model: TrainedModel, decoding: ImageDecoding) => {
  const mapOf = attentionMapper(engine, model);
  return (
    path: string,
    image: Image,
    to: string,
  ): TE.TaskEither<ConfigError | DataError | EngineError | FileError, void> =>
    pipe(
      mapOf(image),
      TE.bindTo('map'),
      TE.bindW('picture', () => pictureOf(path, image, model, decoding)),
      TE.chainW(({ map, picture }) => {
        const scale = Math.max(1, Math.ceil(LEAST / picture.height));
        return writeAtomically(to, [encodePng(attentionPicture(pixelImage(picture), map, scale))]);
      }),
    );
};
