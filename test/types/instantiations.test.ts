import { expect, test } from 'vitest';
import { instantiations } from './programs.js';

/** 9,519 were measured with TypeScript 5.9; a quarter more is room for what costs little. */
const BOUND = 11_900;

test('a ViT composed by hand costs the compiler little', () => {
  const count = instantiations('vit-fixture.ts');
  expect(
    count,
    `test/types/vit-fixture.ts takes ${count} type instantiations, more than ${BOUND}: editors get slow with it. Find the type ` +
      'that grew; if it is worth it, put the new count into BOUND, in test/types/instantiations.test.ts.',
  ).toBeLessThanOrEqual(BOUND);
});
