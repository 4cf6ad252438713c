import { type EvaluationResults, wilson } from '../../src/plot/index.js';
import { samplePicture } from './sample-results.js';

/** An evaluation of so many classes of ten images each: class i is taken for the next one i % 7 times. */
export const evaluationOf = (count: number): EvaluationResults => {
  const names = Array.from({ length: count }, (_, i) => `class ${i}`);
  const wrong = names.map((_, i) => i % 7);
  const confusion = names.map((_, i) =>
    names.map((__, j) => (j === i ? 10 - (wrong[i] ?? 0) : j === (i + 1) % count ? (wrong[i] ?? 0) : 0)),
  );
  return {
    title: 'SPT + LSA on pets',
    startedAt: '2026-11-24T14:05:12Z',
    engine: 'jit',
    command: 'vitrail evaluate runs/first',
    model: { name: 'SPT + LSA', parameters: 1000, macs: 20_000, path: 'runs/first/spt-lsa.safetensors', epochs: 3 },
    images: { name: 'pets', folder: 'data/pets', which: 'test images' },
    skipped: [{ path: 'cat/notes.txt', detail: 'no known image format' }],
    test: { images: 10 * count, loss: 0.5, top1: wilson(7 * count, 10 * count), top5: wilson(9 * count, 10 * count) },
    classes: names.map((name, i) => ({
      name,
      images: 10,
      recall: wilson(10 - (wrong[i] ?? 0), 10),
      precision: wilson(5, 8),
      mistakenFor: wrong[i] === 0 ? undefined : { name: names[(i + 1) % count] ?? '', images: wrong[i] ?? 0 },
    })),
    confusion,
    calibration: {
      bins: [
        { from: 0.4, to: 7 / 15, images: 4 * count, confidence: 0.43, accuracy: wilson(2 * count, 4 * count) },
        { from: 14 / 15, to: 1, images: 6 * count, confidence: 0.97, accuracy: wilson(5 * count, 6 * count) },
      ],
      confidence: 0.754,
      error: 0.11,
      chance: 0.04,
    },
    mistakes: [0, 1].map((index) => ({
      index,
      file: index === 0 ? 'cat/1.jpg' : undefined,
      image: samplePicture(8, 8, 3),
      label: 'cat',
      predicted: 'dog',
      confidence: 0.971,
      probability: 0.012,
    })),
  };
};
