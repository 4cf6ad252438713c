import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { orThrow } from '../../dist/core/index.js';
import { loadDataset } from '../../dist/data/node/index.js';

/** By how much probabilities of two ONNX files differ at most, and how many classes change, on the test images of the quickstart. */
export const compareOnnx = async (one, other) => {
  const { test } = orThrow(await loadDataset('fashion-mnist-small')());
  const { height, width } = test.image(0);
  const size = height * width;
  const bytes = new Uint8Array(test.count * size);
  for (let i = 0; i < test.count; i++) bytes.set(test.image(i).data, i * size);
  const images = new ort.Tensor('uint8', bytes, [test.count, height, width, 1]);
  const rowsOf = async (path) => {
    const session = await ort.InferenceSession.create(readFileSync(path));
    const { data, dims } = (await session.run({ images })).probabilities;
    return Array.from({ length: test.count }, (_, i) => [...data.subarray(i * dims[1], (i + 1) * dims[1])]);
  };
  const [a, b] = [await rowsOf(one), await rowsOf(other)];
  const classOf = (row) => row.indexOf(Math.max(...row));
  return {
    images: test.count,
    largest: Math.max(...a.flatMap((row, i) => row.map((value, k) => Math.abs(value - b[i][k])))),
    changed: a.filter((row, i) => classOf(row) !== classOf(b[i])).length,
  };
};
