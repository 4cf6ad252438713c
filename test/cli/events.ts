/** Events of a run of two models, each of 2 epochs of 5 steps of 8 images. The second model has three times the cost. */
import type { RunEvent } from '../../src/experiment/index.js';

type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { readonly kind: K }>;

export const runEvent: EventOf<'run'> = {
  kind: 'run',
  engine: { name: 'an engine', threads: 2 },
  reason: 'an engine: the only one',
  preset: 'tiny',
  seed: 42,
  dataset: { name: 'tiny', classes: 10, train: 40, validation: 4, test: 20 },
  epochs: 2,
  stepsPerEpoch: 5,
  store: 'memory',
  models: [
    { name: 'first', title: 'First', parameters: 10, macs: 100 },
    { name: 'second', title: 'Second', parameters: 30, macs: 300 },
  ],
};

const metrics = { loss: 1.5, top1: 0.25, top5: 0.75 };

export const stepEvent = (at: {
  readonly model: string;
  readonly epoch: number;
  readonly batch: number;
}): EventOf<'step'> => ({
  kind: 'step',
  ...at,
  epochs: 2,
  batches: 5,
  examples: 8,
  metrics,
  epochMetrics: metrics,
  learningRate: 0.001,
});

export const epochEvent = (model: string, epoch: number): EventOf<'epoch'> => ({
  kind: 'epoch',
  model,
  record: { epoch, train: metrics, validation: { ...metrics, top1: 0.5 }, learningRate: 0.001, seconds: 5 },
});

export const finishedEvent: EventOf<'finished'> = {
  kind: 'finished',
  report: 'memory/report',
  results: {
    title: 'First and Second on tiny',
    startedAt: '2026-01-02T03:04:05.678Z',
    engine: 'an engine',
    command: 'npm test',
    seed: 42,
    preset: 'tiny',
    dataset: runEvent.dataset,
    models: [],
    gain: undefined,
    patches: { label: 'a class', patch: 4, views: [] },
    attention: undefined,
    temperatures: { name: 'Second', initial: 2, blocks: [[2.5]] },
  },
};
