import { accentAt } from './palette.js';
import { styles } from './styles.js';
import { escapeHtml } from './text.js';

/** A section of the page: heading and caption in the margin, figures beside them. All HTML. */
export interface Section {
  readonly title: string;
  readonly caption: string;
  readonly content: string;
  /** A small figure under the caption. */
  readonly marginFigure?: string;
}

const mark = (color: (position: number) => string): string =>
  `<path fill="${color(0)}" d="M1 1h9v13h-9z"/><path fill="${color(1)}" d="M12 1h9v6h-9z"/><path fill="${color(4)}" d="M12 9h9v12h-9z"/><path fill="${color(2)}" d="M1 16h9v5h-9z"/>`;

/** One section of the page. */
export const section = ({ title, caption, content, marginFigure = '' }: Section): string =>
  `<section class="section"><header><h2>${title}</h2>${caption === '' ? '' : `<p>${caption}</p>`}${marginFigure}</header><div>${content}</div></section>`;

/** The heading of the page, and the sentences under it. "top-1" stays on one line. */
export const heading = (sentence: string, lead: string): string =>
  `<h1>${escapeHtml(sentence).replaceAll('top-1', '<span class="number">top-1</span>')}</h1><p class="lead">${escapeHtml(lead)}</p>`;

/** A self-contained document: no script, no font, no external address. `header` and the sections are HTML. */
export const page = (options: {
  readonly title: string;
  readonly header: string;
  readonly sections: readonly Section[];
}): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Vitrail">
<title>${escapeHtml(options.title)}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<main>
<header><p class="kicker"><svg viewBox="0 0 22 22" aria-hidden="true">${mark(accentAt)}</svg><span>${escapeHtml(options.title)}</span></p>${options.header}</header>
${options.sections.map(section).join('\n')}
</main>
</body>
</html>
`;
