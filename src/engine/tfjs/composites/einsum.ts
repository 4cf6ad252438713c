import { matMul, reshape, sum, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { elementAt } from '../../compiler/graph/lookup.js';

/** A tensor with a letter for each axis. */
interface Lettered {
  readonly tensor: Tensor;
  readonly letters: readonly string[];
}

const sizesOf = ({ tensor, letters }: Lettered, chosen: readonly string[]): readonly number[] =>
  chosen.map((letter) => elementAt(tensor.shape, letters.indexOf(letter)));

const inOrder = ({ tensor, letters }: Lettered, wanted: readonly string[]): Tensor =>
  transpose(
    tensor,
    wanted.map((letter) => letters.indexOf(letter)),
  );

const summedTo = ({ tensor, letters }: Lettered, kept: (letter: string) => boolean): Lettered => {
  const axes = letters.flatMap((letter, axis) => (kept(letter) ? [] : [axis]));
  return axes.length === 0 ? { tensor, letters } : { tensor: sum(tensor, axes), letters: letters.filter(kept) };
};

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** Sums of products by Einstein's notation, for one or two tensors as in tfjs: one product of matrices. */
export const einsum = (tensors: readonly Tensor[], { equation }: { readonly equation: string }): Tensor => {
  const [left = '', out = ''] = equation.replaceAll(/\s/g, '').split('->');
  const result = [...out];
  const terms = left.split(',').map((term) => [...term]);
  const [first, second] = tensors.map((tensor, i): Lettered => {
    const others = terms.filter((_, other) => other !== i).flat();
    const own = { tensor, letters: elementAt(terms, i) };
    return summedTo(own, (letter) => result.includes(letter) || others.includes(letter));
  });
  if (first === undefined) throw new Error('einsum needs a tensor');
  if (second === undefined) return inOrder(first, result);
  const shared = first.letters.filter((letter) => second.letters.includes(letter));
  const batch = shared.filter((letter) => result.includes(letter));
  const contracted = shared.filter((letter) => !result.includes(letter));
  const rows = first.letters.filter((letter) => !shared.includes(letter));
  const columns = second.letters.filter((letter) => !shared.includes(letter));
  const sizes = [sizesOf(first, batch), sizesOf(first, rows), sizesOf(second, columns)] as const;
  const count = product(sizes[0]);
  const inner = product(sizesOf(first, contracted));
  const a = reshape(inOrder(first, [...batch, ...rows, ...contracted]), [count, product(sizes[1]), inner]);
  const b = reshape(inOrder(second, [...batch, ...contracted, ...columns]), [count, inner, product(sizes[2])]);
  return inOrder({ tensor: reshape(matMul(a, b), sizes.flat()), letters: [...batch, ...rows, ...columns] }, result);
};
