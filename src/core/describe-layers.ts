import type { Shape } from './axes.js';
import { countParameters, type Declaration, type Part } from './declaration.js';
import { type Path, showPath } from './tree.js';

/** What a named layer gives and costs. What its own layers cost is included. */
export interface LayerDescription {
  /** `blocks/3/attention/norm` */
  readonly path: string;
  readonly output: Shape;
  /** How many numbers it learns. */
  readonly parameters: number;
  /** Multiply-accumulates of the matrix products in one forward pass. */
  readonly macs: number;
  /** The named layers that it is composed of, in the order in which they are computed. */
  readonly layers: readonly LayerDescription[];
}

const under = (params: unknown, name: string): unknown =>
  typeof params === 'object' && params !== null && Object.hasOwn(params, name)
    ? new Map<string, unknown>(Object.entries(params)).get(name)
    : {};

const describeParts = (parts: readonly Part[], params: unknown, path: Path): readonly LayerDescription[] =>
  parts.map(({ name, output, macs, parts: own }) => {
    const [inner, at] = [under(params, name), [...path, name]];
    return {
      path: showPath(at),
      output,
      parameters: countParameters({ params: inner }),
      macs,
      layers: describeParts(own, inner, at),
    };
  });

/**
 * The named layers of a model, each with the layers in it. Nothing is allocated.
 *
 * @example
 * const [tokens] = describeLayers(orThrow(declareVit(quickstartModels.sl)));
 * tokens?.path; // 'tokens'
 * tokens?.parameters; // 5344
 * tokens?.macs; // 250880
 */
export const describeLayers = ({ parts, params }: Pick<Declaration<unknown>, 'parts' | 'params'>) =>
  describeParts(parts, params, []);
