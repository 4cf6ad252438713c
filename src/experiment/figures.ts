/**
 * The figures of a run: what the tokenizer sees, where the models look, which temperatures they learned. They are drawn from what layers
 * show, so they work for any model.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import { initialize } from '../core/declaration.js';
import { fold } from '../core/key.js';
import { pipeline } from '../data/augment/pipeline.js';
import type { Image } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import type { ModelParams } from '../models/classifier.js';
import { tokensOf } from '../models/families.js';
import type { AttentionFigure, AttentionMaps, PatchFigure, TemperatureFigure } from '../plot/index.js';
import { freeing } from '../train/freeing.js';
import { experimentKey } from './experiment-key.js';
import { type Look, looker, shownAs, shownUnder } from './look.js';
import { firstImage, pixelImage } from './pixel-image.js';
import type { Prepared } from './prepare.js';
import type { Trained } from './train-model.js';

export interface ExperimentFigures {
  readonly patches: PatchFigure | undefined;
  readonly attention: AttentionFigure | undefined;
  readonly temperatures: TemperatureFigure | undefined;
}

export type FigureError = ConfigError | EngineError;

/** The test image of the figures, with its raw pixels at the size that the models see. */
const rawImage = ({ pipeline: { transforms }, dataset }: Prepared, index: number): E.Either<ConfigError, Image> =>
  pipe(
    pipeline(transforms.filter(({ kind }) => kind !== 'normalize')),
    E.map(({ preprocess }) => preprocess(dataset.test.image(index))),
  );

const className = ({ dataset }: Prepared, label: number): string => dataset.classes[label] ?? `class ${label}`;

/** What a model looks like from inside, on a preprocessed image and on its raw pixels, and where its temperatures began. */
interface Inside {
  readonly trained: Trained;
  readonly look: Look;
  readonly raw: Look;
  readonly initial: Look | undefined;
}

const insideOf = (
  prepared: Prepared,
  engine: Engine,
  trained: Trained,
  images: { readonly seen: Image; readonly raw: Image },
): TE.TaskEither<EngineError, Inside> => {
  const { model, declaration } = trained.model;
  const { params } = trained;
  const look = looker(engine, model);
  const held = engine.fromHost<ModelParams>(params);
  const initialLook = (): TE.TaskEither<EngineError, Look> => {
    const initial = engine.fromHost<ModelParams>(
      initialize(fold(experimentKey(prepared.config), 'initial'))({ params: declaration.params }).params,
    );
    return pipe(look(initial, images.seen), freeing(engine, initial));
  };
  return pipe(
    TE.Do,
    TE.bind('look', () => look(held, images.seen)),
    TE.bind('raw', () => look(held, images.raw)),
    freeing(engine, held),
    TE.bind('initial', ({ look: seen }) =>
      shownAs(seen, 'temperature').length === 0 ? TE.right<EngineError, Look | undefined>(undefined) : initialLook(),
    ),
    TE.map((looks) => ({ trained, ...looks })),
    T.map((inside) => {
      look.release();
      return inside;
    }),
  );
};

/** The original and the shifted views of a tokenizer that shows them; undefined for one that does not. */
const patchFigure = ({ trained, raw }: Inside, image: Image, label: string): PatchFigure | undefined => {
  const grid = tokensOf(trained.model.config);
  const views = shownUnder(raw, 'views');
  if (grid === undefined || views.length === 0) return undefined;
  return {
    label,
    patch: image.height / grid.rows,
    views: [
      { name: 'ORIGINAL', image: pixelImage(image) },
      ...views.map(([name, view]) => ({ name: name.toUpperCase(), image: pixelImage(firstImage(view)) })),
    ],
  };
};

const attentionMaps = (prepared: Prepared, { trained, look }: Inside): readonly AttentionMaps[] => {
  const grid = tokensOf(trained.model.config);
  const weights = shownAs(look, 'weights');
  if (grid === undefined || weights.length === 0) return [];
  const scores = Array.from(look.logits.data);
  return [
    {
      name: trained.model.title,
      predicted: className(prepared, scores.indexOf(Math.max(...scores))),
      grid: { rows: grid.rows, columns: grid.columns },
      hasClassToken: grid.before > 0,
      blocks: weights.map(({ data }) => data),
    },
  ];
};

/** The temperatures of a model that learned some; undefined for one whose temperatures stayed where they began. */
const temperatureFigure = ({ trained, look, initial }: Inside): TemperatureFigure | undefined => {
  const learned = shownAs(look, 'temperature').map(({ data }) => Array.from(data));
  const began = initial === undefined ? [] : shownAs(initial, 'temperature').map(({ data }) => Array.from(data));
  const start = began[0]?.[0];
  return start === undefined || String(learned) === String(began)
    ? undefined
    : { name: trained.model.title, initial: start, blocks: learned };
};

/** The figures of one test image. */
export const figuresOf = (
  prepared: Prepared,
  engine: Engine,
  trained: readonly Trained[],
  index: number,
): TE.TaskEither<FigureError, ExperimentFigures> => {
  const { dataset } = prepared;
  const seen = prepared.pipeline.preprocess(dataset.test.image(index));
  const label = className(prepared, dataset.test.label(index));
  return pipe(
    TE.fromEither(rawImage(prepared, index)),
    TE.bindTo('raw'),
    TE.bindW('insides', ({ raw }) =>
      TE.traverseSeqArray((one: Trained) => insideOf(prepared, engine, one, { seen, raw }))(trained),
    ),
    TE.map(({ raw, insides }) => {
      const last = insides.at(-1);
      const models = insides.flatMap((inside) => attentionMaps(prepared, inside));
      return {
        patches: last && patchFigure(last, raw, label),
        attention: models.length === 0 ? undefined : { image: pixelImage(raw), label, models },
        temperatures: insides.map(temperatureFigure).findLast((figure) => figure !== undefined),
      };
    }),
  );
};
