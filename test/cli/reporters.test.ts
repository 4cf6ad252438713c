import { describe, expect, test } from 'vitest';
import { jsonReporter } from '../../src/cli/reporters/json.js';
import { logReporter } from '../../src/cli/reporters/log.js';
import type { Reporter } from '../../src/experiment/index.js';
import { epochEvent, finishedEvent, runEvent, stepEvent } from './events.js';

/** A reporter with the lines that it prints and a clock that the test sets. */
const reporterWith = (make: (print: (line: string) => void, now: () => number) => Reporter) => {
  const clock = { now: 0 };
  const lines: string[] = [];
  const report = make(
    (line) => lines.push(line),
    () => clock.now,
  );
  return { clock, lines, report };
};

describe('the log', () => {
  /** Reports the steps of one epoch, each at its time in milliseconds, and returns the lines that they print. */
  const linesOfSteps = (times: readonly number[]): readonly string[] => {
    const { clock, lines, report } = reporterWith(logReporter);
    report(runEvent);
    report({ kind: 'model', model: 'first' });
    const before = lines.length;
    for (const [i, time] of times.entries()) {
      clock.now = time;
      report(stepEvent({ model: 'first', epoch: 1, batch: i + 1 }));
    }
    return lines.slice(before);
  };

  test('begins with what the run is', () => {
    const { lines, report } = reporterWith(logReporter);
    report(runEvent);
    const text = lines.join('\n');
    for (const part of [
      'the only one',
      '40 training, 4 validation, 20 test images, 10 classes',
      '2 epochs of 5 steps',
      'seed 42',
    ])
      expect(text).toContain(part);
  });

  test('says the expected memory where it is known', () => {
    const linesWith = (memory: typeof runEvent.memory) => {
      const { lines, report } = reporterWith(logReporter);
      report(memory === undefined ? runEvent : { ...runEvent, memory });
      return lines.join('\n');
    };
    expect(linesWith(undefined)).not.toContain('memory ');
    expect(linesWith({ bytes: 5.7e8, rounds: 1, data: 1e6 })).toMatch(/^memory {3}about 0\.6 GB at most$/m);
    expect(linesWith({ bytes: 2.54e9, rounds: 4, data: 1.6e8 })).toMatch(
      /^memory {3}about 2\.5 GB at most, each batch in 4 rounds a thread, 0\.2 GB of it images$/m,
    );
  });

  test('has one line per epoch, with the metrics, the speed and the time left for the whole run', () => {
    const { clock, lines, report } = reporterWith(logReporter);
    report(runEvent);
    report({ kind: 'model', model: 'first' });
    const before = lines.length;
    for (const epoch of [1, 2]) {
      for (const batch of [1, 2, 3, 4, 5]) {
        report(stepEvent({ model: 'first', epoch, batch }));
        clock.now += 1000;
      }
      report(epochEvent('first', epoch));
    }
    expect(lines.slice(before)).toHaveLength(2);
    // After 5 s with 4 steps that count: 5 + 10 × 3 steps of 1.25 s are left.
    expect(lines.at(-2)).toMatch(
      /^First +epoch 1\/2 {2}loss 1\.500 {2}accuracy 25\.0 % {2}validation 50\.0 % {2}6 images\/s {2}run ends in 0:44$/,
    );
    expect(lines.at(-1)).toContain('epoch 2/2');
  });

  test('has no line for a step within a minute', () => {
    expect(linesOfSteps([0, 10_000, 30_000, 59_999])).toEqual([]);
  });

  test('has a line for the first step after each minute without one', () => {
    const lines = linesOfSteps([10_000, 60_000, 119_000, 120_000, 185_000]);
    expect(lines.map((line) => /step \d\/5/.exec(line)?.[0])).toEqual(['step 2/5', 'step 4/5', 'step 5/5']);
    for (const line of lines) expect(line).toMatch(/images\/s {2}run ends in \d+:\d\d/);
  });

  test('has warnings, and the point at which a model resumes', () => {
    const { lines, report } = reporterWith(logReporter);
    report(runEvent);
    report({ kind: 'warning', message: 'another engine' });
    report({ kind: 'model', model: 'second', resumed: { epoch: 2, batchesDone: 3, isDone: false } });
    report({ kind: 'model', model: 'second', resumed: { epoch: 2, batchesDone: 1, isDone: false } });
    report({ kind: 'model', model: 'first', resumed: { epoch: 3, batchesDone: 0, isDone: true } });
    report({ kind: 'model', model: 'first', missing: 'run/first' });
    expect(lines.slice(-5)).toEqual([
      'another engine',
      'Second: resuming at epoch 2, after 3 steps of it',
      'Second: resuming at epoch 2, after 1 step of it',
      'First: trained already',
      'First: starting at epoch 1: there is no checkpoint run/first',
    ]);
  });
});

describe('JSON', () => {
  test('is one document per line, and each is its event', () => {
    const { lines, report } = reporterWith(jsonReporter);
    const events = [runEvent, stepEvent({ model: 'first', epoch: 1, batch: 1 }), epochEvent('first', 1)];
    for (const event of events) report(event);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  });

  test('has at most one step per second, and every other event', () => {
    const { clock, lines, report } = reporterWith(jsonReporter);
    for (let i = 0; i < 100; i++) {
      clock.now = i * 100;
      report(stepEvent({ model: 'first', epoch: 1, batch: i + 1 }));
      if (i % 25 === 0) report(epochEvent('first', 1));
    }
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(10);
    expect(kinds.filter((kind) => kind === 'epoch')).toHaveLength(4);
  });

  test('leaves out the pictures of the results', () => {
    const { lines, report } = reporterWith(jsonReporter);
    report(finishedEvent);
    const { results } = JSON.parse(lines[0]!) as { results: object };
    expect(results).not.toHaveProperty('patches');
    expect(results).not.toHaveProperty('temperatures');
    expect(results).toMatchObject({ title: 'First and Second on tiny', seed: 42 });
  });
});
