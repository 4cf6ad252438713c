import type { Images, Logits, Tensor } from '../core/axes.js';
import type { Layer } from '../core/layer.js';

/** A model with parameters `P` that gives each image one logit per class. */
export type Classifier<P> = Layer<P, Images, Logits>;

/** The images that a classifier takes, in pixels after preprocessing, and how many classes it tells apart. */
export interface ClassifierInput {
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  readonly classes: number;
}

/** The parameters of a model whose family is known only at run time: records and lists with tensors at the leaves. */
export interface ModelParams {
  readonly [name: string]: Tensor | ModelParams | readonly ModelParams[];
}

/** How a model cuts its images into tokens, for figures. */
export interface TokenGrid {
  readonly rows: number;
  readonly columns: number;
  /** How many tokens precede those of the patches: 1 with a class token. */
  readonly before: number;
}
