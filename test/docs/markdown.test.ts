import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { linear, shape } from '../../src/index.js';
import { layerLaws } from '../../src/laws/index.js';
import { complaintsOf } from '../types/programs.js';
import { moduleOf, root } from './examples.js';
import { anchorsOf, localLinksOf, pages, programsOf, read } from './markdown.js';

test('every program on a page compiles', () => {
  const programs = pages.flatMap(programsOf);
  expect(programs.length).toBeGreaterThan(3);
  const complaints = complaintsOf(
    programs.map((program) => moduleOf({ ...program, file: 'src/index.ts' }, 'test/types')),
  );
  const wrong = programs.flatMap(({ place, text }, i) =>
    complaints[i]!.map((message) => `${place}\n${text}\n${message}\n`),
  );
  expect(wrong.join('\n')).toBe('');
});

test.each(pages)('%s has no dead link', (page) => {
  const dead = localLinksOf(read(page)).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('docs/laws.md has every law of layers', () => {
  const page = read('docs/laws.md');
  const laws = layerLaws({ layer: linear(4), input: shape(['batch', 'feature'], [2, 6]) });
  expect(laws.filter(({ name }) => !page.includes(`| ${name} `))).toEqual([]);
});
