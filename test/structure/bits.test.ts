import { test } from 'vitest';
import { bernoulli, drawOnHost, fold, key, permutation } from '../../src/core/index.js';
import { epochOrder } from '../../src/data/requests.js';
import { expectGolden } from './golden.js';
import '../support/tfjs.js';

// A resumed run must draw the same numbers as the version that wrote its checkpoint.
test('the draws from keys are unchanged', () => {
  const keys = {
    'key(0)': key(0),
    'key(2 ** 40 + 1)': key(2 ** 40 + 1),
    "fold(key(1), 'blocks')": fold(key(1), 'blocks'),
    'fold(key(1), 7)': fold(key(1), 7),
    "fold(fold(key(1), 'blocks'), '7')": fold(fold(key(1), 'blocks'), '7'),
  };
  expectGolden(
    'bits',
    [
      ...Object.entries(keys).flatMap(([name, one]) => [
        name,
        // As 24-bit integers, so that nothing is rounded.
        `  uniform · 2²⁴: ${Array.from(drawOnHost(one, { kind: 'uniform' }, [3]).data, (u) => u * 2 ** 24).join(' ')}`,
        `  bernoulli(0.5): ${bernoulli(one, 0.5, [16]).dataSync().join('')}`,
        `  permutation: ${permutation(one, 12).join(' ')}`,
      ]),
      `epochOrder(key(1), 12): ${epochOrder(key(1), 12).join(' ')}`,
      '',
    ].join('\n'),
  );
});
