import type { Builder } from '../../graph/builder.js';
import type { Node } from '../../graph/node.js';

/** One call of a tfjs kernel, with nodes for tensors. */
export interface Call<Attributes> {
  readonly graph: Builder;
  /** The input of this name. */
  readonly input: (name: string) => Node;
  /** The input of this name, if it was given. */
  readonly present: (name: string) => Node | undefined;
  /** All inputs, in order. */
  readonly inputs: readonly Node[];
  readonly attributes: Attributes;
}

/** Records what a tfjs kernel would compute. */
export type Kernel = (call: Call<unknown>) => Node | readonly Node[];

/** Kernels by their tfjs names. */
export type Kernels = Readonly<Record<string, Kernel>>;

/** A kernel with the attributes that tfjs-core declares for it. */
export const kernel = <Attributes>(record: (call: Call<Attributes>) => Node | readonly Node[]): Kernel =>
  record as Kernel;

/** Axes as tfjs gives them (one, several, negative, or none for all), as positions. */
export const axesOf = (axis: number | readonly number[] | null | undefined, rank: number): readonly number[] =>
  axis === null || axis === undefined
    ? Array.from({ length: rank }, (_, i) => i)
    : [axis].flat().map((each) => positive(each as number, rank));

/** An axis counted from the front. */
export const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
