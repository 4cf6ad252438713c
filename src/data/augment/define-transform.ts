/**
 * A transform is plain data: a `kind` and its settings, as a configuration or a checkpoint holds them. Its definition says
 * what the settings are and what the transform does to an image.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { type ConfigError, decode } from '../../core/config.js';
import type { Key } from '../../core/key.js';
import type { DataError } from '../data-error.js';
import type { Image, ImageSize } from '../image.js';
import type { ImageSource } from '../image-source.js';

/** A transform as data: its kind and its settings. */
export interface TransformData {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** A transform with its settings, ready to run. */
export interface TransformStep {
  readonly phase: 'training' | 'always';
  readonly apply: (key: Key, image: Image) => Image;
  /** What a training transform does to an image in evaluation. */
  readonly evaluate: (image: Image) => Image;
  readonly outputSize: (input: ImageSize) => ImageSize;
  /** Why the transform cannot run, on images of this size if one is given. */
  readonly problem: (input?: ImageSize) => string | undefined;
  /** What the user should know, although the transform can run. */
  readonly warning: string | undefined;
}

/** The definition of a transform of any kind. */
export interface AnyTransform {
  readonly kind: string;
  /** Decodes the transform: its kind and its settings. */
  readonly codec: t.Mixed;
  /** The module that exports this definition. */
  readonly module: string | undefined;
  /** Decodes the settings. */
  readonly step: (transform: TransformData) => E.Either<ConfigError, TransformStep>;
  /** Fills in the settings that depend on the training images. */
  readonly adapt: (transform: TransformData, source: ImageSource) => E.Either<ConfigError | DataError, TransformData>;
}

/** A definition that knows the type of its transform. */
export interface TransformDefinition<T> extends AnyTransform {
  readonly codec: t.Type<T, unknown>;
}

export interface TransformOptions<Kind extends string, Settings extends object> {
  readonly kind: Kind;
  /** Decodes the settings: all fields but `kind`. */
  readonly settings: t.Type<Settings, unknown>;
  /**
   * What becomes of an image. It must be pure: the same settings, key and image give the same bits. All random numbers
   * come from the key. It must not change the image that it takes.
   */
  readonly apply: (settings: Settings) => (key: Key, image: Image) => Image;
  /**
   * `training` (default) augments images to train on. `always` prepares images for evaluation too; it is not random, and
   * `apply` gets the same key for every image.
   */
  readonly phase?: 'training' | 'always';
  /**
   * What becomes of an image in evaluation, for a training transform that changes the size of images: the result must have
   * the same size. Default: nothing.
   */
  readonly evaluate?: (settings: Settings) => (image: Image) => Image;
  /** The size of the image that `apply` returns. Default: the size that it takes. */
  readonly outputSize?: (settings: Settings) => (input: ImageSize) => ImageSize;
  /** Why the transform cannot run with these settings, on images of this size if one is given. Default: it can. */
  readonly problem?: (settings: Settings, input?: ImageSize) => string | undefined;
  /** What the user should know about these settings, although the transform can run with them. Default: nothing. */
  readonly warning?: (settings: Settings) => string | undefined;
  /** Fills in settings that depend on the training images. Default: none do. */
  readonly adapt?: (settings: Settings, source: ImageSource) => E.Either<DataError, Settings>;
  /**
   * `import.meta.url` of the module that exports the definition: worker threads import it. Without it, batches are made
   * in the main thread.
   */
  readonly module?: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withKind = <Kind extends string, Settings extends object>(
  kind: Kind,
  settings: t.Type<Settings, unknown>,
): t.Type<{ readonly kind: Kind } & Settings, unknown> =>
  new t.Type(
    kind,
    (value): value is { readonly kind: Kind } & Settings =>
      isRecord(value) && value.kind === kind && settings.is(value),
    (value, context) => {
      if (!isRecord(value) || value.kind !== kind) return t.failure(value, context, `a transform of kind '${kind}'`);
      const { kind: _, ...fields } = value;
      return pipe(
        settings.validate(fields, context),
        E.map((decoded) => ({ kind, ...decoded })),
      );
    },
    (transform) => Object.assign({ kind }, settings.encode(transform)),
  );

/**
 * Defines a transform. Give the definition to `pipeline`, `adapt` or `transformsWith` as one of `custom`; it then works
 * like the built-in ones, to the same bits in this thread and in worker threads.
 *
 * @example
 * // posterize.ts
 * export const posterize = defineTransform({
 *   kind: 'posterize',
 *   settings: t.type({ levels: t.number }),
 *   apply: ({ levels }) => (_key, image) => ({
 *     ...image,
 *     data: image.data.map((value) => (Math.floor((value * levels) / 256) * 256) / levels),
 *   }),
 *   module: import.meta.url,
 * });
 */
export const defineTransform = <Kind extends string, Settings extends object>(
  options: TransformOptions<Kind, Settings>,
): TransformDefinition<{ readonly kind: Kind } & Settings> => {
  const { kind, settings, apply, phase = 'training', evaluate, outputSize, problem, warning, adapt, module } = options;
  const codec = withKind(kind, settings);
  return {
    kind,
    codec,
    module,
    step: (transform) =>
      pipe(
        decode(codec)(transform),
        E.map((decoded) => ({
          phase,
          apply: apply(decoded),
          evaluate: evaluate?.(decoded) ?? ((image) => image),
          outputSize: outputSize?.(decoded) ?? ((input) => input),
          problem: (input) => problem?.(decoded, input),
          warning: warning?.(decoded),
        })),
      ),
    adapt: (transform, source) =>
      pipe(
        decode(codec)(transform),
        E.chainW((decoded): E.Either<DataError, Settings> => adapt?.(decoded, source) ?? E.right(decoded)),
        E.map((adapted) => ({ kind, ...Object.fromEntries(Object.entries(adapted)) })),
      ),
  };
};
