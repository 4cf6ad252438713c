/**
 * The families of models. A new family is a folder beside `vit` and one line in `families`.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as R from 'fp-ts/lib/Record.js';
import type * as t from 'io-ts';
import { imageShape } from '../core/axes.js';
import { tagged } from '../core/config.js';
import { checkSizes, type Declaration } from '../core/declaration.js';
import type { ShapeError } from '../core/errors.js';
import { cctFamily } from './cct/family.js';
import type { Classifier, ClassifierInput, ModelParams, TokenGrid } from './classifier.js';
import type { Family } from './family.js';
import { vitFamily } from './vit/family.js';

const families = {
  vit: vitFamily,
  cct: cctFamily,
};

/** The configuration of a model of any family, as JSON: a record whose `kind` names the family. */
export const ModelConfig = tagged(
  'a model configuration',
  pipe(
    families,
    R.map(({ codec }) => codec),
  ),
);
export type ModelConfig = t.TypeOf<typeof ModelConfig>;

/** A model built from its configuration, with its parameters declared for one image. Nothing is allocated yet. */
export interface DeclaredClassifier {
  readonly config: ModelConfig;
  readonly model: Classifier<ModelParams>;
  readonly declaration: Declaration<ModelParams>;
}

type Kind = keyof typeof families;
type ConfigOf<K extends Kind> = t.TypeOf<(typeof families)[K]['codec']>;

// The same record, typed so that the compiler relates a kind to its configuration.
const table: { readonly [K in Kind]: Family<ConfigOf<K>> } = families;

const inputIn = <K extends Kind>(kind: K, config: ConfigOf<K>): ClassifierInput => table[kind].inputOf(config);
const adaptIn = <K extends Kind>(kind: K, config: ConfigOf<K>, input: ClassifierInput): ConfigOf<K> =>
  table[kind].adapt(config, input);
const tokensIn = <K extends Kind>(kind: K, config: ConfigOf<K>): TokenGrid | undefined => table[kind].tokensOf(config);
const buildIn = <K extends Kind>(kind: K, config: ConfigOf<K>): Classifier<ModelParams> => table[kind].build(config);

/** The images and the number of classes that a model is made for. */
export const inputOf = (config: ModelConfig): ClassifierInput => inputIn(config.kind, config);

/** The same model for other images and another number of classes: `adaptTo({ image, classes: 10 })(config)`. */
export const adaptTo =
  (input: ClassifierInput) =>
  (config: ModelConfig): ModelConfig =>
    adaptIn(config.kind, config, input);

/** How a model cuts its images into tokens; undefined if it does not, or if its patches do not divide them. */
export const tokensOf = (config: ModelConfig): TokenGrid | undefined => tokensIn(config.kind, config);

/**
 * Builds the model that a configuration describes and declares its parameters for one image, or returns a `ShapeError`
 * that says which parts do not fit together. Nothing is allocated.
 *
 * @example
 * const { model, declaration } = orThrow(declareModel(quickstartModels.sl));
 * const params = initialize(key(1))(declaration.params);
 */
export const declareModel = (config: ModelConfig): E.Either<ShapeError, DeclaredClassifier> => {
  const model = buildIn(config.kind, config);
  return pipe(
    model.init(imageShape(inputOf(config).image)),
    E.chain(checkSizes),
    E.map((declaration) => ({ config, model, declaration })),
  );
};
