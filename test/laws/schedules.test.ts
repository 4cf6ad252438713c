/** The laws of every schedule. */
import '../support/tfjs.js';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../src/core/or-throw.js';
import { scheduleLaws } from '../../src/laws/index.js';
import { type Schedule, warmUpCosine } from '../../src/train/index.js';
import { bits } from '../core/harness.js';
import { engineTable } from '../support/engine-table.js';
import { scheduleTable } from '../support/optimizer-table.js';

const rates = (schedule: Schedule, steps: readonly number[]): readonly number[] =>
  steps.map((step) => bits(schedule(tf.scalar(step)))[0]!);
const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const differences = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, i) => value - values[i]!);
/** The relative tolerance for rounding in float32. */
const EPSILON = 1e-6;

const engines = engineTable.map(([, make]) => make);

describe.each(scheduleTable)('%s', (_, schedule, { warmUpSteps, totalSteps, start, highest, end }) => {
  test('is finite and between its lowest and highest rate, also after its end', () => {
    for (const rate of rates(schedule, [...upTo(0, totalSteps + 5), 10 * totalSteps, 1e6])) {
      expect(rate).toBeGreaterThanOrEqual(Math.min(start, end) * (1 - EPSILON));
      expect(rate).toBeLessThanOrEqual(highest * (1 + EPSILON));
    }
  });

  test('has the expected rates at its start, peak and end', () => {
    const [first, turn, last, after] = rates(schedule, [0, warmUpSteps, totalSteps, totalSteps + 1]);
    for (const [got, reference] of [
      [first, start],
      [turn, highest],
      [last, end],
      [after, end],
    ])
      expect(Math.abs(got! - reference!)).toBeLessThanOrEqual(EPSILON * highest);
  });

  test('rises in the warm-up and falls after it', () => {
    for (const rise of differences(rates(schedule, upTo(0, warmUpSteps)))) expect(rise).toBeGreaterThan(0);
    const falls = differences(rates(schedule, upTo(warmUpSteps, totalSteps)));
    for (const fall of falls) end < highest ? expect(fall).toBeLessThan(0) : expect(fall).toBe(0);
  });

  for (const law of scheduleLaws({ schedule }, { engines })) test(law.name, () => law.check());
});

test('warmUpCosine with any options rises to its highest rate, falls to its final rate and stays there', () => {
  const options = fc
    .record({
      base: fc.double({ min: 1e-5, max: 2, noNaN: true }),
      low: fc.double({ min: 0, max: 1, noNaN: true }),
      final: fc.double({ min: 0, max: 1, noNaN: true }),
      warmUpSteps: fc.nat(12),
      after: fc.integer({ min: 1, max: 20 }),
    })
    .map(({ base, low, final, warmUpSteps, after }) => ({
      learningRate: base,
      warmUpSteps,
      totalSteps: warmUpSteps + after,
      initialLearningRate: base * low,
      finalLearningRate: base * final,
    }));
  fc.assert(
    fc.property(options, (given) => {
      const { learningRate: base, warmUpSteps, totalSteps, finalLearningRate } = given;
      const all_ = rates(orThrow(warmUpCosine(given)), upTo(0, totalSteps + 3));
      const allowed = EPSILON * base;
      for (const rate of all_) expect(rate > -allowed && rate < base + allowed).toBe(true);
      for (const rise of differences(all_.slice(0, warmUpSteps + 1))) expect(rise).toBeGreaterThan(-allowed);
      for (const fall of differences(all_.slice(warmUpSteps))) expect(fall).toBeLessThan(allowed);
      expect(Math.abs(all_[warmUpSteps]! - base)).toBeLessThan(allowed);
      for (const rate of all_.slice(totalSteps)) expect(Math.abs(rate - finalLearningRate)).toBeLessThan(allowed);
    }),
    { numRuns: 60 },
  );
});
