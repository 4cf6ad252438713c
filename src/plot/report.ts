import { headline } from './headline.js';
import { intervalStrip } from './interval-strip.js';
import { heading, page } from './page.js';
import type { RunResults } from './results.js';
import { reportSections } from './sections.js';

/**
 * The report of a run: one self-contained HTML document. The same results give the same document. A figure whose data is
 * missing is left out; one that cannot be drawn is replaced by the reason.
 */
export const renderReport = (results: RunResults): string => {
  const { sentence, confidence } = headline(results);
  return page({
    title: results.title,
    header: `${heading(sentence, confidence)}${results.models.length === 0 ? '' : intervalStrip(results)}`,
    sections: reportSections(results),
  });
};
