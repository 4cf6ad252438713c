/**
 * Sections that the report of a run and that of an evaluation share.
 *
 * @module
 */
import type { Section } from './page.js';
import type { SkippedFile } from './results.js';
import { skippedTable } from './table.js';
import { escapeHtml, whole } from './text.js';

/** The files that were left out, if there are any. */
export const skippedSection = (files: readonly SkippedFile[]): readonly Section[] =>
  files.length === 0
    ? []
    : [
        {
          title: 'Files left out',
          caption: `${files.length === 1 ? 'One file or folder' : `${whole(files.length)} files and folders`} of the data set could not be used.`,
          content: skippedTable(files),
        },
      ];

/** Terms and what they are, as HTML. */
export const factsSection = (
  title: string,
  rows: readonly (readonly [term: string, text: string])[],
): readonly Section[] => [
  {
    title,
    caption: '',
    content: `<dl class="facts">${rows.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('')}</dl>`,
  },
];

/** Figures come from images and models of any kind. One that cannot be drawn must not cost the report of a long run. */
export const drawn =
  <R>(make: (results: R) => readonly Section[]): ((results: R) => readonly Section[]) =>
  (results) => {
    try {
      return make(results);
    } catch (thrown) {
      const content = `<p>A figure could not be drawn: ${escapeHtml(String(thrown))}</p>`;
      return [{ title: 'A missing figure', caption: '', content }];
    }
  };
