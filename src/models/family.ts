import type * as t from 'io-ts';
import type { AnyLayer } from '../core/layer.js';
import type { ClassifierInput, TokenGrid } from './classifier.js';

/** What the library must know about a family of models. `C` is its configuration, tagged with the family's name. */
export interface Family<C> {
  readonly codec: t.Type<C, unknown>;
  /** Composes the model: `[batch, row, column, channel] → [batch, class]`. */
  readonly build: (config: C) => AnyLayer;
  /** The images and classes that a configuration is made for. */
  readonly inputOf: (config: C) => ClassifierInput;
  /** The same configuration for other images and classes. */
  readonly adapt: (config: C, input: ClassifierInput) => C;
  /** How images become tokens; undefined if the family has none. */
  readonly tokensOf: (config: C) => TokenGrid | undefined;
}
