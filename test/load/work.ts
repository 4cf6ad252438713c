/** Work for engines, each piece with a result that can be compared as text. Nothing here needs vitest. */
import { float32, orThrow, type Tensor, tf } from '../../src/core/index.js';
import { type Engine, jit } from '../../src/engine/index.js';
import { memoryStore, runExperiment, trainedModel } from '../../src/experiment/index.js';
import { sha256 } from '../../src/node/sha256.js';
import type { Checkpoint } from '../../src/train/index.js';
import { tinyConfig, tinyDataset, tinyPrepared } from '../support/tiny-config.js';

/** An engine that divides every call that it can among two threads of its own. */
export const dividing = async (): Promise<Engine> => orThrow(await jit({ threads: 2, dividedFrom: 0 })());

export interface Training {
  /** All bits that training leads to. */
  readonly bits: string;
  readonly checkpoint: Checkpoint;
}

/** One model is enough here. */
const models = tinyConfig().models.slice(1);

/** Trains a tiny model for one epoch. */
export const train = async (engine: Engine, seed: number): Promise<Training> => {
  const store = memoryStore();
  orThrow(
    await runExperiment(tinyPrepared({ seed, epochs: 1, models }), {
      engine: { engine, reason: 'the only one' },
      store,
      report: () => {},
      resume: false,
      startedAt: '2026-01-02T03:04:05.678Z',
      command: 'npm test',
    })(),
  );
  const [...checkpoints] = store.contents().checkpoints.values();
  const [checkpoint] = checkpoints;
  if (checkpoint === undefined) throw new Error('expected a checkpoint');
  const arrays = checkpoints.flatMap(({ tensors }) => Object.values(tensors).map(({ data }) => data));
  const bits = sha256(
    arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
  return { bits, checkpoint };
};

/** A call that is divided, and nothing else. */
export const multiply = async (engine: Engine): Promise<string> => {
  const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));
  const args = engine.fromHost({ x: float32([64, 32], numbers(2048)), w: float32([32, 32], numbers(1024)) });
  const product = engine.compile(({ x, w }: { x: Tensor; w: Tensor }) => tf.matMul(x, w));
  return orThrow(await engine.toHost(orThrow(await product(args)()))()).data.join();
};

/** Predicts some test images with the model of a checkpoint. */
export const predict = async (engine: Engine, checkpoint: Checkpoint): Promise<string> => {
  const { test } = tinyDataset();
  const images = Array.from({ length: 8 }, (_, i) => test.image(i));
  return JSON.stringify(orThrow(await orThrow(trainedModel('a checkpoint')(checkpoint)).predict(engine)(images)()));
};
