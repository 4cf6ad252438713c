import { expect, test } from 'vitest';
import { complaintsOf } from '../types/programs.js';
import { examples, moduleOf } from './examples.js';

const all = examples();

test('there are examples', () => {
  expect(all.length).toBeGreaterThan(50);
});

test('every @example of src compiles', () => {
  const complaints = complaintsOf(all.map((example) => moduleOf(example, 'test/types')));
  const wrong = all.flatMap(({ place, text }, i) => complaints[i]!.map((message) => `${place}\n${text}\n${message}\n`));
  expect(wrong.join('\n')).toBe('');
});
