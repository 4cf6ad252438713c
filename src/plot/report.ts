import { headline } from './headline.js';
import { intervalStrip } from './interval-strip.js';
import { page } from './page.js';
import { reportParts } from './parts.js';
import type { RunResults } from './results.js';
import { escapeHtml } from './text.js';

/**
 * The report of a run: one HTML document that stands alone, the same for the same results. Figures appear as their data
 * are there.
 */
export const renderReport = (results: RunResults): string => {
  const { sentence, confidence } = headline(results);
  return page({
    title: results.title,
    header: `<h1>${escapeHtml(sentence)}</h1><p class="lead">${escapeHtml(confidence)}</p>${results.models.length === 0 ? '' : intervalStrip(results)}`,
    parts: reportParts(results),
  });
};
