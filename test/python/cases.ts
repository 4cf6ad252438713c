/**
 * Writes what `check.py` checks into a folder: ONNX files of every preset and of a composed model with the numbers of the library, and
 * checkpoints with weights that PyTorch and Keras made. `npm run test:python` runs both.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { defaultDecoding } from '../../src/data/image-decoding.js';
import { modelCard } from '../../src/experiment/export/model-card.js';
import { exportTrained, presets } from '../../src/experiment/index.js';
import * as v from '../../src/index.js';
import { inputOf, type VitConfig } from '../../src/models/index.js';
import { sha256 } from '../../src/node/sha256.js';
import { decodeTensors, encodeTensors } from '../../src/train/index.js';
import { right, someImages } from '../data/fixtures.js';
import { untrained } from '../experiment/untrained.js';
import { presets as golden, inSmall } from '../golden/models.js';
import { movedParams, uniform } from '../support/moved-params.js';

const [folder = '.'] = process.argv.slice(2);
await tf.ready();
const engine = right(await v.jit()());

const write = (name: string, chunks: readonly Uint8Array[]): void =>
  writeFileSync(join(folder, name), Buffer.concat(chunks));
const writeTensors = (name: string, tensors: Readonly<Record<string, v.HostTensor>>): void =>
  write(name, right(encodeTensors({ tensors, metadata: {} }, sha256)));

/** An ONNX file, an input for it and the output of the library. */
const writeCase = (name: string, onnx: Uint8Array, input: v.HostTensor, output: v.HostTensor): void => {
  write(`${name}.onnx`, [onnx]);
  writeTensors(`${name}.case.safetensors`, { input, output });
};

for (const [preset, { models, transforms }] of Object.entries(presets)) {
  // It has the models of keras-published.
  if (preset === 'keras-intended') continue;
  const size =
    preset === 'quickstart' ? { height: 28, width: 28, channels: 1 } : { height: 32, width: 32, channels: 3 };
  const images = someImages(2, size.height, size.width, size.channels);
  const raw = [images.image(0), images.image(1)];
  const input = v.int32([2, ...Object.values(size)], Int32Array.from(raw.flatMap(({ data }) => [...data])));
  for (const { name, config } of models) {
    const trained = untrained(config, transforms, size);
    const decoding = { ...size, ...defaultDecoding, background: [255, 255, 255] as [number, number, number] };
    const [title, classes, parameters] = [name, trained.classes, 0];
    if (preset === 'quickstart')
      writeFileSync(
        join(folder, 'card.md'),
        modelCard({ title, classes, parameters, epochs: 1, decoding, config: undefined, test: undefined }),
      );
    const { bytes } = right(exportTrained(trained, { decoding, attention: 'all' }));
    const predictions = right(await trained.predict(engine)(raw)());
    const output = predictions.flatMap(({ probabilities }) => probabilities);
    writeCase(`${preset}-${name}`, bytes, input, v.float32([2, inputOf(config).classes], output));
  }
}

const composed = v.serial(
  v.named('stem', v.conv(8, { size: 3, stride: 2 })),
  v.named('stem-norm', v.batchNorm()),
  v.relu,
  v.named('tokens', v.patchTokens({ patch: 2, dim: 16 })),
  v.named('attention', v.residual(v.localityAttention({ heads: 2, headDim: 8 }))),
  v.named('pool', v.sequencePool()),
  v.named('classifier', v.classifier(3)),
);
const shape = v.imageShape({ height: 24, width: 32, channels: 3 });
const params = movedParams(right(composed.init(shape)).params);
const input = uniform(1, [5, 24, 32, 3]);
const apply = engine.compile((args: { readonly params: v.ParamsOf<typeof composed>; readonly x: v.Tensor<v.Images> }) =>
  composed.apply(args.params, args.x, v.evaluation),
);
const logits = right(
  await apply({
    params: engine.fromHost<v.ParamsOf<typeof composed>>(params),
    x: engine.fromHost(input),
  })(),
);
const output = right(await engine.toHost(logits)());
writeCase('composed', right(v.exportOnnx(composed, params, { input: shape })).bytes, input, output);

// Checkpoints as a run writes them, and the same weights under the names of the library that made them.
for (const [library, from] of [
  ['torch', v.fromPyTorch],
  ['keras2', v.fromKeras],
] as const) {
  const file = readFileSync(new URL(`../golden/fixtures/${library}-weights.safetensors`, import.meta.url));
  const { tensors, metadata } = right(decodeTensors(file, sha256));
  const config: VitConfig = inSmall(golden[library].sl, JSON.parse(metadata.config ?? ''));
  const prefix = 'sl/weights/';
  const named = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  const theirs = Object.fromEntries(named.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  const ours = Object.entries(right(from(config, theirs))).map(([path, tensor]) => [`params/${path}`, tensor] as const);
  writeTensors(`${library}.ours.safetensors`, Object.fromEntries(ours));
  writeTensors(`${library}.theirs.safetensors`, theirs);
}
// The worker threads of the engine would wait for more.
process.exit(0);
