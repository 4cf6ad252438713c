import {
  cast,
  gather,
  matMul,
  type ResizeBilinearAttrs,
  reshape,
  type Tensor,
  tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';

// Where an output pixel lies in the input, in pixels.
const scale = (from: number, to: number, alignCorners: boolean): number =>
  alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;

const bilinearWeights = (from: number, to: number, { alignCorners, halfPixelCenters }: ResizeBilinearAttrs): Tensor => {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const step = scale(from, to, alignCorners);
    const source = halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const low = Math.max(0, Math.floor(source));
    const high = Math.min(from - 1, Math.ceil(source));
    // The array starts with zeros; both pixels may be the same.
    weights[i * from + low] = 1 - (source - low);
    weights[i * from + high] = (weights[i * from + high] ?? 0) + (source - low);
  }
  return tensor(weights, [1, to, from]);
};

/** Linear interpolation as two products, with a matrix for rows and one for columns. `[batch, row, column, channel]`. */
export const resizeBilinear = (x: Tensor, attributes: ResizeBilinearAttrs): Tensor => {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  const [rows, columns] = attributes.size;
  const flat = reshape(cast(x, 'float32'), [batch, height, width * channels]);
  const tall = matMul(bilinearWeights(height, rows, attributes), flat);
  const wide = matMul(bilinearWeights(width, columns, attributes), reshape(tall, [batch * rows, width, channels]));
  return reshape(wide, [batch, rows, columns, channels]);
};

const nearest = (from: number, to: number, { alignCorners, halfPixelCenters }: ResizeBilinearAttrs): Tensor => {
  const step = scale(from, to, alignCorners);
  const positions = Array.from({ length: to }, (_, i) => {
    const source = halfPixelCenters ? step * (i + 0.5) : step * i;
    return Math.min(from - 1, alignCorners ? Math.round(source) : Math.floor(source));
  });
  return tensor1d(positions, 'int32');
};

/** The nearest pixel. `[batch, row, column, channel]`. */
export const resizeNearest = (x: Tensor, attributes: ResizeBilinearAttrs): Tensor => {
  const [, height = 1, width = 1] = x.shape;
  const [rows, columns] = attributes.size;
  return gather(gather(x, nearest(height, rows, attributes), 1), nearest(width, columns, attributes), 2);
};
