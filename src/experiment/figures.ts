/**
 * The pictures of a run: what the tokenizer sees, where the models look, what they learned of sharpness.
 *
 * @module
 */
import * as A from 'fp-ts/lib/Apply.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Images, Tensor } from '../core/axes.js';
import { evaluation } from '../core/context.js';
import { float32, type HostTensor } from '../core/host-tensor.js';
import { observe } from '../core/observe.js';
import { pipeline as makePipeline } from '../data/augment/pipeline.js';
import { imageAt } from '../data/dataset.js';
import type { Image } from '../data/image.js';
import type { Engine, EngineError } from '../engine/engine.js';
import { shiftImages, shifts } from '../layers/shifts.js';
import type { VitParams } from '../models/vit/vit.js';
import type { AttentionFigure, AttentionMaps, PatchFigure, PixelImage, TemperatureFigure } from '../plot/index.js';
import type { Prepared } from './prepare.js';
import type { Trained } from './train-model.js';

const pixels = (image: Image): PixelImage => ({ ...image, channels: image.channels === 1 ? 1 : 3 });

const batchOf = ({ height: rows, width: columns, channels, data }: Image): HostTensor =>
  float32([1, rows, columns, channels], data);

const imageFrom = ({ shape, data }: HostTensor): Image => ({
  height: shape[1]!,
  width: shape[2]!,
  channels: shape[3]!,
  data: data as Float32Array,
});

/** The image of the figures: its raw pixels at the size that the models see. */
const rawImage = ({ config, dataset }: Prepared, index: number): Image =>
  makePipeline(
    config.transforms.filter(({ kind }) => kind === 'resize'),
    { mean: [], std: [] },
  ).evaluate(imageAt(dataset.test, index));

const className = ({ dataset }: Prepared, index: number): string => dataset.classes[dataset.test.labels[index]!]!;

/** The original and the shifted views that the last model's tokenizer makes of a test image; none if it shifts nothing. */
export const patchFigure = (
  prepared: Prepared,
  engine: Engine,
  index: number,
): TE.TaskEither<EngineError, PatchFigure | undefined> => {
  const { patch, tokenizer } = prepared.models.at(-1)!.config;
  if (tokenizer.kind !== 'shifted') return TE.right(undefined);
  const distance = Math.floor(patch * tokenizer.ratio);
  const views = shifts(tokenizer.directions, tokenizer.order);
  const shiftAll = engine.compile(({ images }: { readonly images: Tensor<Images> }) =>
    views.map(({ down, right }) => shiftImages(images, down * distance, right * distance)),
  );
  const original = rawImage(prepared, index);
  return pipe(
    shiftAll(engine.fromHost({ images: batchOf(original) })),
    TE.chain(engine.toHost),
    TE.map((shifted) => ({
      label: className(prepared, index),
      patch,
      views: [
        { name: 'ORIGINAL', image: pixels(original) },
        ...views.map(({ name }, i) => ({
          name: name.toUpperCase(),
          image: pixels(imageFrom(shifted[i]!)),
        })),
      ],
    })),
  );
};

const attentionMaps = (
  prepared: Prepared,
  engine: Engine,
  index: number,
  { model, fitted }: Trained,
): TE.TaskEither<EngineError, AttentionMaps> => {
  const { image, patch, pool } = model.config;
  const look = engine.compile(({ params, images }: { readonly params: VitParams; readonly images: Tensor<Images> }) => {
    const { output, shown } = observe(model.layer)(params, images, evaluation);
    const weights = params.blocks.map((_, i) => shown[`blocks/${i}/attention/weights`]!);
    return { logits: output, weights };
  });
  const seen = batchOf(prepared.pipeline.evaluate(imageAt(prepared.dataset.test, index)));
  return pipe(
    look(
      engine.fromHost<{ readonly params: VitParams; readonly images: Tensor<Images> }>({
        params: fitted.state.params,
        images: seen,
      }),
    ),
    TE.chain(engine.toHost),
    TE.map(({ logits, weights }) => {
      const scores = Array.from(logits.data);
      return {
        name: model.title,
        predicted: prepared.dataset.classes[scores.indexOf(Math.max(...scores))]!,
        grid: { rows: image.height / patch, columns: image.width / patch },
        hasClassToken: pool === 'class',
        blocks: weights.map(({ data }) => data),
      };
    }),
  );
};

/** Where each model looks on a test image, from the attention weights of every block. */
export const attentionFigure = (
  prepared: Prepared,
  engine: Engine,
  index: number,
  trained: readonly Trained[],
): TE.TaskEither<EngineError, AttentionFigure> =>
  pipe(
    TE.traverseSeqArray((one: Trained) => attentionMaps(prepared, engine, index, one))(trained),
    TE.map((models) => ({
      image: pixels(rawImage(prepared, index)),
      label: className(prepared, index),
      models,
    })),
  );

/** The learned temperatures of the last model that has them. */
export const temperatureFigure = (trained: readonly Trained[]): TemperatureFigure | undefined => {
  const learned = trained.findLast(
    ({ model: { config } }) => config.attention.kind === 'locality' && config.attention.temperature !== 'fixed',
  );
  if (learned === undefined) return undefined;
  const blocks = learned.fitted.state.params.blocks as readonly {
    readonly attention: { readonly temperature?: HostTensor; readonly scale?: HostTensor };
  }[];
  return {
    name: learned.model.title,
    initial: Math.sqrt(learned.model.config.headDim),
    blocks: blocks.map(({ attention: { temperature, scale } }) =>
      temperature !== undefined ? Array.from(temperature.data) : Array.from(scale!.data, (factor) => 1 / factor),
    ),
  };
};

export interface Figures {
  readonly patches: PatchFigure | undefined;
  readonly attention: AttentionFigure;
}

/** The figures that an engine computes, of one test image. */
export const figuresOf = (
  prepared: Prepared,
  engine: Engine,
  trained: readonly Trained[],
  index: number,
): TE.TaskEither<EngineError, Figures> =>
  A.sequenceS(TE.ApplySeq)({
    patches: patchFigure(prepared, engine, index),
    attention: attentionFigure(prepared, engine, index, trained),
  });
