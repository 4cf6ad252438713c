import { expect, test } from 'vitest';
import { pages, read } from './markdown.js';

const subpaths = Object.keys((JSON.parse(read('package.json')) as { readonly exports: object }).exports).filter(
  (name) => name !== '.' && name !== './package.json',
);
const entryPoints = subpaths.map((name) => `src${name.slice(1)}/index.ts`);

test('every page is in the navigation of the site', async () => {
  const site = (await import(new URL('../../scripts/typedoc-pages.mjs', import.meta.url).href)) as {
    readonly pages: Readonly<Record<string, readonly string[]>>;
  };
  const listed = Object.values(site.pages).flat();
  // The README is its start page.
  expect(pages.filter((page) => page !== 'README.md' && !listed.includes(page))).toEqual([]);
});

test('every subpath is in the reference', () => {
  const { entryPoints: documented } = JSON.parse(read('typedoc.json')) as { readonly entryPoints: readonly string[] };
  expect(documented.toSorted()).toEqual(entryPoints.toSorted());
});

test.each(entryPoints)('%s says in a sentence what it is for', (file) => {
  const [comment = ''] = /^\/\*\*[\s\S]*?\*\//.exec(read(file)) ?? [];
  expect(comment).toMatch(/^\/\*\*\n \* [A-Z][^@]*\.\n/);
  expect(comment).toContain('@module');
});
