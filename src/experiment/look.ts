import type { Tensor as CoreTensor } from '@tensorflow/tfjs-core';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Images, Tensor } from '../core/axes.js';
import { evaluation } from '../core/context.js';
import { float32, type HostTensor } from '../core/host-tensor.js';
import { observe } from '../core/observe.js';
import type { Image } from '../data/image.js';
import type { Engine, EngineError, Values } from '../engine/engine.js';
import type { Classifier, ModelParams } from '../models/classifier.js';
import { freeing } from '../train/freeing.js';

/** What a model gives for one image, and what its layers show on the way, by path: `blocks/3/attention/weights`. */
export interface Look {
  readonly logits: HostTensor;
  readonly shown: Readonly<Record<string, HostTensor>>;
}

interface LookArguments {
  readonly params: ModelParams;
  readonly images: Tensor<Images>;
}

/** Looks inside a model with these parameters. */
export interface Looker {
  (params: Values<ModelParams>, image: Image): TE.TaskEither<EngineError, Look>;
  /** Frees what is compiled. */
  readonly release: () => void;
}

/** Compiles a model so that one can look inside it. */
export const looker = (engine: Engine, model: Classifier<ModelParams>): Looker => {
  const observed = engine.compile(
    ({
      params,
      images,
    }: LookArguments): { readonly logits: CoreTensor; readonly shown: Readonly<Record<string, CoreTensor>> } => {
      const { output, shown } = observe(model)(params, images, evaluation);
      return { logits: output, shown };
    },
  );
  const look = (
    params: Values<ModelParams>,
    { height, width, channels, data }: Image,
  ): TE.TaskEither<EngineError, Look> => {
    const images = engine.fromHost<Tensor<Images>>(float32([1, height, width, channels], data));
    return pipe(
      observed({ params, images }),
      freeing(engine, images),
      TE.chain((values) => pipe(engine.toHost(values), freeing(engine, values))),
      TE.map((made) => made as Look),
    );
  };
  return Object.assign(look, { release: () => engine.dispose(observed) });
};

/** What layers show under a name, in the order of the layers. */
export const shownAs = ({ shown }: Look, name: string): readonly HostTensor[] =>
  Object.entries(shown)
    .filter(([path]) => path === name || path.endsWith(`/${name}`))
    .map(([, tensor]) => tensor);

/** What layers show under a folder of names: `left-up` of `tokens/views/left-up`, with its tensor. */
export const shownUnder = ({ shown }: Look, folder: string): readonly (readonly [string, HostTensor])[] =>
  Object.entries(shown).flatMap(([path, tensor]) => {
    const names = path.split('/');
    return names.at(-2) === folder ? [[names.at(-1) ?? '', tensor] as const] : [];
  });
