// The pages of the site, for TypeDoc: by the headings of the navigation, in the order in which they are best read. A page is named by its own
// heading instead of its path, and a tutorial is a page: its first comment as prose, and the program.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Converter, MinimalSourceFile, Renderer } from 'typedoc';

const root = join(import.meta.dirname, '..');
const tutorials = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));

export const pages = {
  Learn: [
    'docs/concepts.md',
    'docs/presets.md',
    'docs/your-images.md',
    'docs/migrating.md',
    'docs/laws.md',
    'docs/export.md',
  ],
  Tutorials: ['examples/README.md', ...tutorials.map((name) => `examples/${name}`)],
  'Look up': [
    'docs/errors.md',
    'docs/engines.md',
    'docs/performance.md',
    'docs/guarantees.md',
    'docs/reliability.md',
    'CHANGELOG.md',
  ],
  'Look inside': [
    'docs/fidelity.md',
    'docs/results.md',
    'docs/decisions.md',
    'src/engine/compiler/README.md',
    'bench/RESULTS.md',
    'data/fashion-mnist-small/README.md',
    'test/golden/generate/README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
  ],
};

/** A tutorial as Markdown: `04: patches and shifts, drawn. A vision …` has the heading `04: patches and shifts, drawn`. */
const tutorialPage = (program) => {
  const [comment] = /^\/\*\*[\s\S]*?\*\//.exec(program);
  const prose = comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ \* ?/gm, '')
    .trim();
  const [, title, rest] = /^([^.]*)\.\s+([\s\S]*)$/.exec(prose);
  return `# ${title}\n\n${rest}\n\n\`\`\`ts\n${program.slice(comment.length).trim()}\n\`\`\`\n`;
};

export const load = (app) => {
  app.converter.on(Converter.EVENT_BEGIN, ({ project }) => {
    for (const [group, paths] of Object.entries(pages))
      for (const path of paths) {
        const text = readFileSync(join(root, path), 'utf8');
        const markdown = path.endsWith('.ts') ? tutorialPage(text) : text;
        const [, title] = /^# (.*)$/m.exec(markdown);
        const file = new MinimalSourceFile(`---\ngroup: ${group}\n---\n\n${markdown}`, join(root, path));
        app.converter.addDocument(project, file, title);
      }
  });
  // TypeDoc copies any other file that a page links to, and browsers download such a page or program instead of showing it.
  app.renderer.on(Renderer.EVENT_END, ({ outputDirectory }) => {
    for (const name of readdirSync(join(outputDirectory, 'media')))
      if (/\.(md|ts)$/.test(name)) app.logger.error(`${name} is linked to, but is not in scripts/typedoc-pages.mjs`);
  });
};
