import type { Builder } from '../../graph/builder.js';
import type { Node } from '../../graph/node.js';

/** One call of a tfjs kernel, with nodes in place of tensors. */
export interface Call<Attributes> {
  readonly graph: Builder;
  /** The input of this name; throws if the call lacks it. */
  readonly input: (name: string) => Node;
  /** The input of this name, if the call has it. */
  readonly optionalInput: (name: string) => Node | undefined;
  /** All inputs, in order, of a kernel that has at least one. */
  readonly inputs: () => readonly [Node, ...Node[]];
  readonly attributes: Attributes;
}

/** Records what a tfjs kernel would compute. */
export type TfjsKernel = (call: Call<unknown>) => Node | readonly Node[];

/** Kernels by their tfjs names. */
export type TfjsKernels = Readonly<Record<string, TfjsKernel>>;

/** A kernel with the attributes that tfjs-core declares for it; tfjs passes attributes without a type. */
export const withAttributes = <Attributes>(record: (call: Call<Attributes>) => Node | readonly Node[]): TfjsKernel =>
  record as TfjsKernel;

/** A kernel with one input, whatever its name, and the attributes that tfjs-core declares for it. */
export const ofOneInput = <Attributes = unknown>(
  record: (graph: Builder, x: Node, attributes: Attributes) => Node | readonly Node[],
): TfjsKernel => withAttributes<Attributes>(({ graph, inputs, attributes }) => record(graph, inputs()[0], attributes));

/** Axes in the notation of tfjs (one, several, negative, or nothing for all) as positions. */
export const axesOf = (axis: number | readonly number[] | null | undefined, rank: number): readonly number[] =>
  axis === null || axis === undefined
    ? Array.from({ length: rank }, (_, i) => i)
    : (typeof axis === 'number' ? [axis] : axis).map((each) => positive(each, rank));

/** An axis counted from the front. */
export const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
