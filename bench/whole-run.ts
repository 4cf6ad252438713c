import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orThrow } from '../src/core/index.js';
import { take } from '../src/data/index.js';
import type { Engine } from '../src/engine/index.js';
import { prepare, presets, type RunEvent, runExperiment } from '../src/experiment/index.js';
import { folderStore } from '../src/experiment/node/index.js';
import { noise } from './noise.js';
import type { MeasuredPreset } from './training.js';

/** Whole batches and a smaller last one, of each use. */
const TRAINING = 2.25;
const VALIDATION = 1.25;
const TEST = 1.25;
const EPOCHS = 2;

/** CIFAR-100 holds so many images, of which few are used. */
const HELD = { train: 50_000, test: 10_000 };

/**
 * Runs a preset as the command line does, only on fewer images of noise: all of its models, with validation, checkpoints, the test set and
 * the report. The images have the size of CIFAR-100, and as many are held in memory.
 */
export const wholeRun = async (
  engine: Engine,
  preset: MeasuredPreset,
  batchSize: number,
  report: (event: RunEvent) => void,
): Promise<void> => {
  const classes = Array.from({ length: 100 }, (_, i) => `${i}`);
  const images = (held: number, batches: number) =>
    orThrow(take(Math.round(batches * batchSize))(noise(held, 32, 32, 3, classes)));
  const dataset = {
    name: 'noise',
    classes,
    train: images(HELD.train, TRAINING + VALIDATION),
    test: images(HELD.test, TEST),
  };
  const validation = VALIDATION / (TRAINING + VALIDATION);
  const prepared = orThrow(prepare({ ...presets[preset], batchSize, validation, epochs: EPOCHS }, dataset));
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-bench-'));
  try {
    await orThrow(
      runExperiment(prepared, {
        engine: { engine, reason: engine.name },
        store: folderStore(join(folder, 'run')),
        report,
        resume: false,
        startedAt: new Date().toISOString(),
        command: 'npm run bench',
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};
