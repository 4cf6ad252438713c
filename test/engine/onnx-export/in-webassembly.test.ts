/** Exported models give the same numbers in ONNX Runtime for WebAssembly, whose sums round otherwise. */
import '../../support/tfjs.js';
import * as ort from 'onnxruntime-web/wasm';
import { expect, test } from 'vitest';
import * as v from '../../../src/index.js';
import { quickstartModels } from '../../../src/models/vit/presets.js';
import { right } from '../../data/fixtures.js';
import { movedParams, uniform } from '../../support/moved-params.js';
import { runOnnx } from './run-onnx.js';

test('of images with patches of one color, of which layer normalization makes 0', async () => {
  const { model, declaration } = right(v.declareModel(quickstartModels.sl));
  const exported = right(
    v.exportOnnx(model, movedParams(declaration.params), {
      input: v.imageShape({ height: 28, width: 28, channels: 1 }),
    }),
  );
  // Noise in the middle; around it a color, which is another one in each image.
  const { data: noise } = uniform(1, [20, 28, 28]);
  const isMiddle = (i: number): boolean => [i % 28, Math.floor(i / 28) % 28].every((at) => at >= 8 && at < 20);
  const data = Float32Array.from(noise, (value, i) => (isMiddle(i) ? value : Math.floor(i / 784) / 7 - 0.8));
  const [expected] = await runOnnx(exported, { input: { shape: [20, 28, 28, 1], data } });

  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(exported.bytes);
  const { output } = await session.run({ input: new ort.Tensor('float32', data, [20, 28, 28, 1]) });
  const actual = Array.from(output?.data ?? [], Number);
  expect(actual).toHaveLength(200);
  const differences = actual.map((value, i) => Math.abs(value - Number(expected?.data[i])));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
});
