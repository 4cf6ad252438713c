import { describe, expect, test } from 'vitest';
import { calibrationOf } from '../../src/experiment/calibration.js';
import { classResults, confusionOf } from '../../src/experiment/class-results.js';
import { type Judged, judge } from '../../src/experiment/judge.js';
import { wilson } from '../../src/plot/index.js';

describe('judge', () => {
  test('measures logits, by hand', () => {
    const logits = [0, Math.log(2), Math.log(5)];
    const { predicted, confidence, probability, loss, top1, top5 } = judge(logits, 1);
    expect([predicted, top1, top5]).toEqual([2, 0, 1]);
    expect(confidence).toBeCloseTo(5 / 8, 12);
    expect(probability).toBeCloseTo(2 / 8, 12);
    expect(loss).toBeCloseTo(-Math.log(2 / 8), 12);
  });

  test('counts equal logits as guessing does', () => {
    expect(judge([3, 3, 1], 1)).toMatchObject({ predicted: 0, top1: 0.5 });
    expect(judge(new Array(10).fill(1), 7)).toMatchObject({ top1: 0.1, top5: 0.5 });
    expect(judge([6, 5, 4, 3, 2, 1], 5)).toMatchObject({ top1: 0, top5: 0 });
  });

  test('has a finite loss where the probability is too small for a number', () => {
    expect(judge([2000, 0], 1)).toMatchObject({ probability: 0, loss: 2000 });
  });
});

const judged = (label: number, predicted: number, confidence: number): Judged => ({
  ...{ label, predicted, confidence, probability: 0.1, loss: 1 },
  ...{ top1: label === predicted ? 1 : 0, top5: 1 },
});

describe('classes', () => {
  const all = [judged(0, 0, 0.9), judged(0, 1, 0.6), judged(0, 1, 0.5), judged(1, 1, 0.8)];
  const confusion = confusionOf(all, 3);

  test('are counted by what they are and what they are taken for', () => {
    expect(confusion).toEqual([
      [1, 2, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  test('have recall, precision and the class they are most often taken for', () => {
    expect(classResults(confusion, ['cat', 'dog', 'owl'])).toEqual([
      {
        ...{ name: 'cat', images: 3, recall: wilson(1, 3), precision: wilson(1, 1) },
        mistakenFor: { name: 'dog', images: 2 },
      },
      { name: 'dog', images: 1, recall: wilson(1, 1), precision: wilson(1, 3), mistakenFor: undefined },
      { name: 'owl', images: 0, recall: wilson(0, 0), precision: wilson(0, 0), mistakenFor: undefined },
    ]);
  });
});

describe('calibration', () => {
  test('compares confidence and accuracy bin by bin', () => {
    // The bins end at k/15: 0.95 and 0.97 are in the last one, 0.41 in the seventh.
    const { bins, error, confidence } = calibrationOf([judged(0, 0, 0.95), judged(0, 1, 0.97), judged(1, 1, 0.41)]);
    expect(bins.map(({ from, images }) => [Math.round(from * 15), images])).toEqual([
      [6, 1],
      [14, 2],
    ]);
    expect(bins[1]?.confidence).toBeCloseTo(0.96, 12);
    expect(bins[1]?.accuracy).toEqual(wilson(1, 2));
    expect(confidence).toBeCloseTo(2.33 / 3, 12);
    expect(error).toBeCloseTo((Math.abs(1.92 - 1) + Math.abs(0.41 - 1)) / 3, 12);
  });

  test('the ends of the range have bins', () => {
    const { bins } = calibrationOf([judged(0, 1, 0), judged(0, 0, 1), judged(0, 0, 1 / 15)]);
    expect(bins.map(({ images }) => images)).toEqual([2, 1]);
    expect(calibrationOf([])).toEqual({ bins: [], confidence: 0, error: 0, chance: 0 });
  });

  test('chance is about the error of predictions that are right as often as they say', () => {
    // 60 images of confidence 0.7 in one bin, right with this probability, a hundred times over. Numbers of a fixed sequence.
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const runs = Array.from({ length: 400 }, () =>
      calibrationOf(Array.from({ length: 60 }, () => judged(0, next() < 0.7 ? 0 : 1, 0.7))),
    );
    const mean = runs.reduce((sum, { error }) => sum + error, 0) / runs.length;
    expect(Math.abs((runs[0]?.chance ?? 0) / mean - 1)).toBeLessThan(0.1);
  });
});
