import { describe, expect, it } from 'vitest';
import { interleaved, per, summary } from '../../bench/timing.js';

describe('interleaved', () => {
  it('takes turns, ignores the first round, and lets a task take part in fewer rounds', async () => {
    const order: string[] = [];
    const task = (name: string, rounds?: number) => ({
      run: async () => [order.push(name)],
      rounds,
    });
    const timed = await interleaved({ a: task('a'), b: task('b', 1) }, 3);
    expect(order.join('')).toBe('ababaa');
    // Each task returned its position in the order as its time.
    expect(timed).toEqual({ a: { min: 3, median: 5 }, b: { min: 4, median: 4 } });
  });

  it('counts each call of a turn', async () => {
    let calls = 0;
    const timed = await interleaved({ two: { run: async () => [++calls, ++calls] } }, 1);
    expect(timed.two).toEqual({ min: 3, median: 4 });
  });
});

it('summarizes times, and divides them among the items of a call', () => {
  expect(per(2, summary([8, 2, 6]))).toEqual({ min: 1, median: 3 });
});
