/**
 * An ONNX model for a batch of any size. The shapes in a graph are fixed numbers, so a function is traced with two sizes of batch. What
 * depends on the size differs between the two graphs, and only that: a shape or a range that differs is computed from the size of the
 * batch when the model runs. Anything else that differs is a reason why the batch cannot be free, and is named.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Attribute, OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from '../onnxruntime/protobuf.js';
import { BATCH } from './export-input.js';
import { BATCH_SIZE, computeSizes, type Free, int64, integersOf, sizeIn, type TwoSizes } from './sizes.js';

/** The same function, written for two sizes of batch. */
export interface TwoGraphs {
  readonly sizes: TwoSizes;
  readonly graphs: readonly [OnnxGraph, OnnxGraph];
  /** An input and the position of its batch axis. */
  readonly batch: { readonly input: string; readonly axis: number };
}

const pairs = <T>(a: readonly T[], b: readonly T[]): readonly (readonly [T, T])[] =>
  a.flatMap((one, i): readonly (readonly [T, T])[] => {
    const other = b[i];
    return other === undefined ? [] : [[one, other]];
  });

const freeShape = (sizes: TwoSizes, a: OnnxValue, b: OnnxValue): OnnxValue => {
  const [small, large] = sizes;
  const isBatch = (one: number | string, other: number | string): boolean => one === small && other === large;
  return {
    ...a,
    shape: pairs(a.shape, b.shape).map(([one, other]) => (one === other ? one : isBatch(one, other) ? BATCH : '')),
  };
};

const numberOf = ({ type, shape, bytes }: OnnxConstant): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (shape.length > 0 || bytes.byteLength < 4) return `an array of [${shape}]`;
  return String(type === 'float32' ? view.getFloat32(0, true) : view.getInt32(0, true));
};

const same = (a: Readonly<Record<string, Attribute>> = {}, b: Readonly<Record<string, Attribute>> = {}): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const isAlike = (a: OnnxNode, b: OnnxNode): boolean =>
  a.operator === b.operator &&
  a.inputs.length === b.inputs.length &&
  String(a.outputs) === String(b.outputs) &&
  same(a.attributes, b.attributes);

/** The problem of an operator that is not the same for both sizes. */
const otherwise = (node: OnnxNode, [small, large]: TwoSizes, what: string): string =>
  `${node.operator} ('${node.outputs[0]}') ${what} for ${small} images than for ${large}: write the function so that only shapes depend on how many images there are`;

/** One operator for any size of batch, or why it depends on the size. */
const freeNode = (
  { sizes }: TwoGraphs,
  [a, b]: readonly [OnnxNode, OnnxNode],
  constants: readonly [ReadonlyMap<string, OnnxConstant>, ReadonlyMap<string, OnnxConstant>],
  free: Free,
): E.Either<string, OnnxNode> => {
  if (!isAlike(a, b)) return E.left(otherwise(a, sizes, 'computes something else'));
  const inputs: string[] = [];
  for (const [position, [one, other]] of pairs(a.inputs, b.inputs).entries()) {
    const [x, y] = [constants[0].get(one), constants[1].get(other)];
    if (x === undefined || y === undefined) {
      if (one !== other) return E.left(otherwise(a, sizes, 'takes something else'));
      inputs.push(one);
      continue;
    }
    if (x.type !== y.type || String(x.shape) !== String(y.shape))
      return E.left(otherwise(a, sizes, `takes a constant of another shape, [${x.shape}] and [${y.shape}],`));
    if (x.bytes.length === y.bytes.length && x.bytes.every((byte, i) => byte === y.bytes[i])) {
      free.constants.set(one, x);
      inputs.push(one);
      continue;
    }
    const found = x.type === 'int64' ? pairs(integersOf(x), integersOf(y)).map(sizeIn(sizes)) : [];
    const affine = found.flatMap((size) => size ?? []);
    if (x.type !== 'int64' || affine.length !== found.length)
      return E.left(otherwise(a, sizes, `takes another number, ${numberOf(x)} and ${numberOf(y)},`));
    const varying = affine.filter(({ times }) => times !== 0);
    const isReshape = a.operator === 'Reshape' && position === 1;
    if (isReshape && varying.length === 1 && a.attributes?.allowzero === undefined) {
      // The runtime infers one size by itself.
      const inferred = affine.map(({ times, plus }) => (times === 0 ? plus : -1));
      const name = `int64 [${inferred}]`;
      free.constants.set(name, int64(name, inferred));
      inputs.push(name);
    } else inputs.push(computeSizes(free, `${one} ${other}`, affine));
  }
  return E.right({ ...a, inputs });
};

/** One graph for any size of batch, or why there is none. */
export const freeBatch = (two: TwoGraphs): E.Either<string, OnnxGraph> => {
  const [small, large] = two.graphs;
  if (small.nodes.length !== large.nodes.length || small.outputs.length !== large.outputs.length)
    return E.left(
      `the function computes other things for ${two.sizes[0]} images than for ${two.sizes[1]}: ${small.nodes.length} and ${large.nodes.length} operators`,
    );
  const byName = ({ constants }: OnnxGraph) => new Map(constants.map((constant) => [constant.name, constant]));
  const constants = [byName(small), byName(large)] as const;
  const { input, axis } = two.batch;
  const shapeOf = { operator: 'Shape', inputs: [input], outputs: [BATCH_SIZE] };
  const free: Free = { nodes: [], constants: new Map(), computed: new Map() };
  for (const both of pairs(small.nodes, large.nodes)) {
    const made = freeNode(two, both, constants, free);
    if (E.isLeft(made)) return made;
    free.nodes.push(made.right);
  }
  const size: readonly OnnxNode[] =
    free.computed.size === 0 ? [] : [{ ...shapeOf, attributes: { start: { int: axis }, end: { int: axis + 1 } } }];
  return E.right({
    nodes: [...size, ...free.nodes],
    constants: [...free.constants.values()],
    inputs: pairs(small.inputs, large.inputs).map(([a, b]) => freeShape(two.sizes, a, b)),
    outputs: pairs(small.outputs, large.outputs).map(([a, b]) => freeShape(two.sizes, a, b)),
  });
};
