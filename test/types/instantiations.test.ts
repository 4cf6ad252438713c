import { expect, test } from 'vitest';
import { instantiations } from './programs.js';

/** A quarter above the 9,519 measured with TypeScript 5.9, to allow for small changes. */
const BOUND = 11_900;

test('a ViT composed by hand is cheap for the compiler', () => {
  const count = instantiations('vit-fixture.ts');
  expect(
    count,
    `test/types/vit-fixture.ts takes ${count} type instantiations, more than ${BOUND}: this makes editors slow. Find the type ` +
      'that grew; if it is worth it, put the new count into BOUND, in test/types/instantiations.test.ts.',
  ).toBeLessThanOrEqual(BOUND);
});
