import { describe, expect, test } from 'vitest';
import { pace } from '../../src/cli/reporters/pace.js';
import { runEvent, stepEvent } from './events.js';

/** A pace whose clock the test sets. */
const clocked = () => {
  const clock = { now: 0 };
  return { clock, ...pace(() => clock.now) };
};

describe('pace', () => {
  test('knows nothing before the second step', () => {
    const { onEvent, imagesPerSecond, runSecondsLeft } = clocked();
    onEvent(runEvent);
    onEvent({ kind: 'model', model: 'first' });
    expect(imagesPerSecond()).toBeNaN();
    onEvent(stepEvent({ model: 'first', epoch: 1, batch: 1 }));
    expect(imagesPerSecond()).toBeNaN();
    expect(runSecondsLeft()).toBeNaN();
  });

  test('does not count the first step, which compiles', () => {
    const { clock, onEvent, imagesPerSecond, modelSecondsLeft } = clocked();
    onEvent(runEvent);
    onEvent({ kind: 'model', model: 'first' });
    clock.now = 60_000;
    onEvent(stepEvent({ model: 'first', epoch: 1, batch: 1 }));
    clock.now = 62_000;
    onEvent(stepEvent({ model: 'first', epoch: 1, batch: 2 }));
    // 8 images in 2 s; 2 epochs of 5 steps, of which 2 are done.
    expect(imagesPerSecond()).toBe(4);
    expect(modelSecondsLeft()).toBe(8 * 2);
  });

  test('estimates models that have not begun from their multiply-accumulates', () => {
    const { clock, onEvent, runSecondsLeft } = clocked();
    onEvent(runEvent);
    onEvent({ kind: 'model', model: 'first' });
    onEvent(stepEvent({ model: 'first', epoch: 1, batch: 1 }));
    clock.now = 1000;
    onEvent(stepEvent({ model: 'first', epoch: 1, batch: 2 }));
    // A step of the second model has three times the multiply-accumulates.
    expect(runSecondsLeft()).toBeCloseTo(8 * 1 + 10 * 3);
  });

  test('measures each model by its own steps', () => {
    const { clock, onEvent, runSecondsLeft, modelSecondsLeft, imagesPerSecond } = clocked();
    onEvent(runEvent);
    onEvent({ kind: 'model', model: 'first' });
    onEvent(stepEvent({ model: 'first', epoch: 2, batch: 4 }));
    clock.now = 1000;
    onEvent(stepEvent({ model: 'first', epoch: 2, batch: 5 }));
    expect(modelSecondsLeft()).toBe(0);
    onEvent({ kind: 'model', model: 'second' });
    clock.now = 9000;
    onEvent(stepEvent({ model: 'second', epoch: 1, batch: 1 }));
    clock.now = 13_000;
    onEvent(stepEvent({ model: 'second', epoch: 1, batch: 2 }));
    expect(imagesPerSecond()).toBe(2);
    expect(modelSecondsLeft()).toBe(8 * 4);
    expect(runSecondsLeft()).toBe(8 * 4);
  });

  test('of a resumed model counts only the steps that are left', () => {
    const { clock, onEvent, modelSecondsLeft } = clocked();
    onEvent(runEvent);
    onEvent({ kind: 'model', model: 'second', resumed: { epoch: 2, batchesDone: 1, isDone: false } });
    onEvent(stepEvent({ model: 'second', epoch: 2, batch: 2 }));
    clock.now = 500;
    onEvent(stepEvent({ model: 'second', epoch: 2, batch: 3 }));
    expect(modelSecondsLeft()).toBe(2 * 0.5);
  });
});
