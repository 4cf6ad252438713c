import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type { LayerDescription } from '../../core/describe-layers.js';

/** A layer in the table, or several equal ones that follow each other. */
export interface LayerRow extends Omit<LayerDescription, 'layers'> {
  /** How deep it lies in others. */
  readonly level: number;
  /** `attention`, or `0 … 3` for several. */
  readonly name: string;
  /** How many equal layers the row stands for. Its numbers are those of each. */
  readonly times: number;
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;

/** What tells a layer from others of another place: everything but the paths. */
const contentOf = ({ output, parameters, macs, layers }: LayerDescription): string =>
  JSON.stringify([output.sizes, parameters, macs, layers.map((layer) => [nameOf(layer.path), contentOf(layer)])]);

const isNumbered = ({ path }: LayerDescription): boolean => /^\d+$/.test(nameOf(path));

/** Equal numbered layers that follow each other, together. */
const runsOf: (layers: readonly LayerDescription[]) => readonly (readonly LayerDescription[])[] = RA.chop((layers) => {
  const [first, ...others] = layers;
  const content = isNumbered(first) ? contentOf(first) : undefined;
  const { init, rest } = RA.spanLeft((other: LayerDescription) => isNumbered(other) && contentOf(other) === content)(
    others,
  );
  return [[first, ...init], rest];
});

/** A layer that is nothing but the one layer in it. */
const onlyPart = ({ layers, parameters, macs }: LayerDescription): LayerDescription | undefined => {
  const [part] = layers;
  return layers.length === 1 && part?.parameters === parameters && part.macs === macs ? part : undefined;
};

/** The rows of the table: each layer before those in it. */
export const layerRows = (layers: readonly LayerDescription[], level = 0): readonly LayerRow[] =>
  runsOf(layers).flatMap((run) => {
    const [first] = run;
    if (first === undefined) return [];
    const part = onlyPart(first);
    const whole = part ?? first;
    const own = run.length === 1 ? nameOf(first.path) : `${nameOf(first.path)} … ${nameOf(run.at(-1)?.path ?? '')}`;
    const { layers: inner, ...rest } = whole;
    return [
      { ...rest, level, name: part === undefined ? own : `${own}/${nameOf(part.path)}`, times: run.length },
      ...layerRows(inner, level + 1),
    ];
  });
