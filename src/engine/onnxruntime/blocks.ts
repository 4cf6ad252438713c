/**
 * Convolutions in the layout of the runtime's own operators: the channels of an image in blocks, and within a block the channels of a pixel
 * side by side. They need no copies of windows, and read and write images with channels last in the same pass that makes the blocks.
 *
 * @module
 */
import { elementAt } from '../compiler/graph/lookup.js';
import { groupsOf, isOp, type Node, type NodeOf } from '../compiler/graph/node.js';
import type { FindFusions } from './fusions.js';
import type { Attribute } from './protobuf.js';
import type { Target } from './target.js';
import { attributesOf } from './windows.js';

// From channels first to last, and back.
const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

const transposes = (node: Node, permutation: readonly number[]): node is NodeOf<'Transpose'> =>
  isOp(node, 'Transpose') && node.operation.permutation.every((axis, i) => axis === permutation[i]);

/** Finds the convolutions whose channels fill blocks of this size, with the transposes before and after them. */
export const convolutionsInBlocks =
  (block: number | undefined): FindFusions =>
  (live, uses) => {
    const writers = new Map<Node, (target: Target) => void>();
    const absorbed = new Set<Node>();
    if (block === undefined) return { writers, absorbed };
    // How often a node is read by a convolution, which reads what it is made of instead.
    const passed = new Map<Node, number>();
    const pass = (node: Node, image: Node): void => {
      if (node === image) return;
      passed.set(node, (passed.get(node) ?? 0) + 1);
      if (passed.get(node) !== uses.get(node)) return;
      absorbed.add(node);
      pass(elementAt(node.inputs, 0), image);
    };
    const next = new Map(live.flatMap((node) => (transposes(node, TO_LAST) ? [[node.inputs[0], node] as const] : [])));
    for (const node of live) {
      if (!isOp(node, 'Convolution') || !fillsBlocks(node, block)) continue;
      const [images, weights] = node.inputs;
      const depthwise = groupsOf(node) > 1;
      const source = elementAt(images.shape, 1) < block ? { image: images, last: false } : sourceOf(images, block);
      const filter = depthwise ? sourceOf(weights, block) : undefined;
      pass(images, source.image);
      pass(weights, filter?.image ?? (isOp(weights, 'Transpose') ? weights.inputs[0] : weights));
      const last = uses.get(node) === 1 ? next.get(node) : undefined;
      if (last !== undefined) absorbed.add(node);
      writers.set(last ?? node, (target) => writeInBlocks(target, node, block, source, filter, last !== undefined));
    }
    return { writers, absorbed };
  };

const fillsBlocks = (node: NodeOf<'Convolution'>, block: number): boolean => {
  const [channels, outputs] = node.inputs.map(({ shape }, i) => elementAt(shape, i === 0 ? 1 : 0));
  if (channels === undefined || outputs === undefined || outputs % block !== 0) return false;
  const groups = groupsOf(node);
  // With few channels, the runtime reads them as they are.
  return groups === 1 ? channels % block === 0 || channels < block : groups === channels && groups === outputs;
};

interface Source {
  readonly image: Node;
  /** Whether its channels are last. */
  readonly last: boolean;
}

// What channels-first images are a transpose of, or channels of several images in a row.
const sourceOf = (node: Node, block: number): Source => {
  if (transposes(node, TO_FIRST)) return { image: node.inputs[0], last: true };
  if (isOp(node, 'Reshape') && transposes(node.inputs[0], TO_FIRST)) {
    const [, channels = 1, ...sizes] = node.inputs[0].shape;
    const kept = sizes.every((size, i) => size === node.shape[i + 2]);
    if (kept && channels % block === 0) return { image: node.inputs[0].inputs[0], last: true };
  }
  return { image: node, last: false };
};

const flag = (value: boolean): Attribute => ({ int: value ? 1 : 0 });

const writeInBlocks = (
  target: Target,
  node: NodeOf<'Convolution'>,
  block: number,
  source: Source,
  filter: Source | undefined,
  last: boolean,
): void => {
  const { add } = target;
  const [images, weights] = node.inputs;
  const [outputs = 1, , ...window] = weights.shape;
  const attributes = {
    ...attributesOf(node.operation),
    group: { int: groupsOf(node) },
    kernel_shape: { ints: window },
  };
  const operands = [
    elementAt(images.shape, 1) < block ? target.name(images) : imagesInBlocks(target, images.shape, source),
    filter === undefined
      ? target.once(`weights of t${weights.id} in blocks`, () => weightsInBlocks(target, weights, block))
      : imagesInBlocks(target, weights.shape, filter),
  ];
  const made = add('Conv', operands, { attributes, inBlocks: true, step: true });
  const order = { channels: { int: outputs }, channels_last: flag(last) };
  add('ReorderOutput', [made], { attributes: order, inBlocks: true });
};

const imagesInBlocks = ({ add, name, integers }: Target, shape: readonly number[], { image, last }: Source): string => {
  const [first = 1, second = 1, ...sizes] = shape;
  // The weights of a depthwise convolution are an image as well, of one channel each.
  const isImage = last || second !== 1 || first === 1;
  const given = isImage ? name(image) : add('Reshape', [name(image), integers([1, first, ...sizes])], { step: true });
  const made = add('ReorderInput', [given], { attributes: { channels_last: flag(last) }, inBlocks: true, step: true });
  const [batch, channels] = last ? [image.shape[0], image.shape[3]] : [isImage ? first : 1, isImage ? second : first];
  return batch === first && channels === second ? made : add('Reshape', [made, integers(shape)], { step: true });
};

// [out / block, in / block, row, column, in of a block, out of a block], from whatever order of axes the weights come in.
const weightsInBlocks = ({ add, name, integers }: Target, weights: Node, block: number): string => {
  const moved = isOp(weights, 'Transpose');
  const given = moved ? elementAt(weights.inputs, 0) : weights;
  const axes = moved ? weights.operation.permutation : [0, 1, 2, 3];
  const inBlocks = elementAt(weights.shape, 1) >= block;
  const isSplit = (axis: number): boolean => axis === axes[0] || (inBlocks && axis === axes[1]);
  const parts = given.shape.flatMap((size, axis) =>
    isSplit(axis)
      ? [
          { axis, part: 'block', size: size / block },
          { axis, part: 'within', size: block },
        ]
      : [{ axis, part: 'block', size }],
  );
  const at = (axis: number | undefined, part: string): number =>
    parts.findIndex((each) => each.axis === axis && each.part === part);
  const within = inBlocks ? [at(axes[1], 'within')] : [];
  const order = [...axes.map((axis) => at(axis, 'block')), ...within, at(axes[0], 'within')];
  const split = add('Reshape', [name(given), integers(parts.map(({ size }) => size))], { step: true });
  const permuted = add('Transpose', [split], { attributes: { perm: { ints: order } }, step: true });
  return add('Reshape', [permuted, integers(weights.shape)], { step: true });
};
