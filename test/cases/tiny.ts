import { initialize } from '../../src/core/declaration.js';
import { key } from '../../src/core/key.js';
import { orThrow } from '../../src/core/or-throw.js';
import { imagesFromBytes } from '../../src/data/index.js';
import { jit } from '../../src/engine/onnxruntime/jit.js';
import { declareVit, quickstartModels, vit } from '../../src/models/index.js';
import { adamW, classification, constantSchedule } from '../../src/train/index.js';
import { adapted } from '../data/fixtures.js';

/** Images of 8 × 8 pixels with labels i mod `classes`. */
export const images = (count: number, classes: number) =>
  orThrow(
    imagesFromBytes({
      height: 8,
      width: 8,
      channels: 1,
      count,
      pixels: new Uint8Array(count * 64).map((_, i) => i * i),
      labels: new Uint8Array(count).map((_, i) => i % classes),
      classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    }),
  );

export const config = {
  ...quickstartModels.sl,
  image: { height: 8, width: 8, channels: 1 },
  classes: 3,
  depth: 1,
  head: [],
} as const;

export const engine = await orThrow(jit({ threads: 1 }));
export const train = images(64, 3);
export const declaration = orThrow(declareVit(config));
export const params = initialize(key(1))(declaration.params);

/** A training run of a small ViT, without its length. */
export const task = {
  engine,
  model: vit(config),
  objective: orThrow(classification({ classes: 3 })),
  optimizer: adamW({ schedule: constantSchedule(1e-3), weightDecay: 0 }),
  train,
  pipeline: adapted([{ kind: 'normalize' }], train),
  key: key(1),
  workers: 0,
  start: { params },
} as const;
