import { type CumprodAttrs, clone, mul, pad, reverse, slice, type Tensor } from '@tensorflow/tfjs-core';
import { elementAt } from '../../compiler/graph/lookup.js';

/** The products of all elements up to each one along an axis, in a number of passes that is the logarithm of its length. */
export const cumulativeProduct = (x: Tensor, { axis, exclusive, reverse: backwards }: CumprodAttrs): Tensor => {
  const along = axis < 0 ? axis + x.shape.length : axis;
  const length = elementAt(x.shape, along);
  // Element i becomes element i - by, and one before the first.
  const shifted = (y: Tensor, by: number): Tensor => {
    const padding = y.shape.map((_, i): [number, number] => [i === along ? by : 0, 0]);
    return slice(
      pad(y, padding, 1),
      y.shape.map(() => 0),
      y.shape,
    );
  };
  const turned = backwards ? reverse(x, along) : x;
  let product = exclusive ? shifted(turned, 1) : clone(turned);
  for (let by = 1; by < length; by *= 2) product = mul(product, shifted(product, by));
  return backwards ? reverse(product, along) : product;
};
