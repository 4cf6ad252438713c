/**
 * The Markdown pages of the repository: their code and their links.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './examples.js';

/** All pages that readers are sent to, relative to the root. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...['bench/RESULTS.md', 'examples/README.md', 'src/engine/compiler/README.md'],
];

export const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** A block of code, with the page and the line it begins on. */
export interface Block {
  readonly place: string;
  readonly text: string;
}

/** The blocks of TypeScript on a page. */
export const programsOf = (page: string): readonly Block[] => {
  const text = read(page);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    text: code,
  }));
};

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of the headings on a page. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** The targets of the links on a page that lead to files of the repository. */
export const localLinksOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) =>
    /^[a-z]+:/.test(target) ? [] : [target],
  );
