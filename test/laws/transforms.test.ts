/** The laws of every transform, built-in and user-defined. */
import { describe, expect, test } from 'vitest';
import { builtInTransforms } from '../../src/data/augment/transforms.js';
import type { AnyTransform, TransformData } from '../../src/data/index.js';
import { transformLaws } from '../../src/laws/index.js';
import { halve, posterize } from '../data/posterize.js';

const definitions: readonly AnyTransform[] = [...builtInTransforms, posterize, halve];
const table: readonly TransformData[] = [
  { kind: 'normalize' },
  { kind: 'resize', height: 5, width: 7 },
  { kind: 'random-resized-crop', height: 3, width: 4 },
  { kind: 'random-resized-crop', height: 3, width: 4, area: [0.5, 0.6], aspect: [1, 2] },
  { kind: 'flip' },
  { kind: 'rotate', factor: 0.1 },
  { kind: 'zoom', height: 0.2, width: 0.3 },
  { kind: 'shift', pixels: 2 },
  { kind: 'posterize', levels: 4 },
  { kind: 'halve' },
];

describe.each(table.map((transform) => [JSON.stringify(transform), transform] as const))('%s', (_, transform) => {
  const definition = definitions.find(({ kind }) => kind === transform.kind) ?? halve;
  for (const law of transformLaws({ definition, transform })) test(law.name, () => law.check());
});

test('every transform is in the table', () => {
  expect(new Set(table.map(({ kind }) => kind))).toEqual(new Set(definitions.map(({ kind }) => kind)));
});
