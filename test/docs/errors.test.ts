import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');

/** The part of the page under a heading. */
const sectionOf = (tag: string): string => page.split(/^## /m).find((part) => part.startsWith(`${tag}\n`)) ?? '';

test('every kind of error has its section in docs/errors.md', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const tags = sources.flatMap((path) =>
    [...readFileSync(join(root, 'src', path), 'utf8').matchAll(/Failure<'(\w+)'>/g)].map(([, tag]) => tag),
  );
  expect(tags.length).toBeGreaterThan(10);
  expect(tags.filter((tag) => sectionOf(`${tag}`) === '')).toEqual([]);
});

test.each([
  ['EngineError', 'src/engine/engine.ts'],
  ['DataError', 'src/data/data-error.ts'],
])('every kind of %s is in its section', (tag, path) => {
  const [, union = ''] = new RegExp(`type ${tag}Kind =([^;]*);`).exec(readFileSync(join(root, path), 'utf8')) ?? [];
  const kinds = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, kind]) => kind);
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind) => !sectionOf(tag).includes(`\`${kind}\``))).toEqual([]);
});
