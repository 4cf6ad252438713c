/** Every example of a docstring and every program on a page runs, and has the values that its comments promise. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AnyLayer, shape } from '../../src/core/index.js';
import { layerLaws } from '../../src/laws/index.js';
import { examples, moduleOf, root } from './examples.js';
import { writeFiles } from './given.js';
import { pages, programsOf, read } from './markdown.js';

/** These need what a test cannot have. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'src/data/node/load-dataset.ts': 'reads CIFAR-100',
  'src/experiment/node/evaluation-images.ts': 'T-shirt/top, a class of the given run, cannot be the name of a folder',
};

const programs = [
  ...examples(),
  ...pages.flatMap(programsOf).map((program) => ({ ...program, file: 'src/index.ts' })),
].filter(({ file }) => !Object.hasOwn(LEFT_OUT, file));

// Inside the checkout, where worker threads find `tsx`.
const generated = join(root, 'test', '.generated', 'running');
const folder = join(generated, 'files');
const before = process.cwd();
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await writeFiles(folder);
  process.chdir(folder);
}, 60_000);
afterAll(() => {
  process.chdir(before);
  rmSync(generated, { recursive: true, force: true });
});

/** What programs import from `node:test`: each of their tests runs, and is awaited at the end. */
const tests: Promise<void>[] = [];
const checked = {
  test: (_name: string, f: () => Promise<void>) => tests.push(f()),
  right: E.right,
  /** The value is the one that the comment promises. */
  same: (found: unknown, promised: unknown) => expect(found).toEqual(promised),
  /** What would be printed is what the comment promises, but for sentences about the machine. */
  printed: (promised: string, ...parts: readonly unknown[]) => {
    if (!promised.startsWith('jit (')) expect(format(...parts)).toBe(promised);
  },
};
vi.stubGlobal('checked', checked);

/** `value; // promise`, with the comment in the same line or in the next, becomes a comparison. */
const compared = (text: string): string =>
  text
    .replaceAll(
      /^console\.log\((.+)\); \/\/ (.+)$/gm,
      (_, parts, promised) => `checked.printed(${JSON.stringify(promised)}, ${parts});`,
    )
    .replaceAll(/^(?!const |import |export )(\w.*);(?: |\n)\/\/ (.+)$/gm, 'checked.same($1, $2);');

/** An example as a module that uses the values of given.ts where the compiled one only declares them. */
const runnable = (file: string, text: string): string =>
  moduleOf({ place: file, file, text: compared(text) }, 'test/.generated/running')
    .replace(/^import { test } from 'node:test';.*$/m, 'const { test } = checked;')
    .replace(/^declare const bytes:.*$/m, `const bytes = (await import('../../docs/given.js')).bytesFor('${file}');`)
    .replaceAll(/^declare const (\w+):.*$/gm, "import { $1 } from '../../docs/given.js';")
    .replace(/^/, 'const { right } = checked;\n');

test.each(programs)('$place', async ({ place, file, text }) => {
  const path = join(generated, `${place.replaceAll(/\W+/g, '-')}.ts`);
  writeFileSync(path, runnable(file, text));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await import(path);
    await Promise.all(tests.splice(0));
  } finally {
    log.mockRestore();
  }
});

test('a broken promise is found', () => {
  expect(compared('f(1); // 2')).toBe('checked.same(f(1), 2);');
  expect(compared('f(1);\n// [2]')).toBe('checked.same(f(1), [2]);');
  expect(compared('console.log(f(1), 3); // 2 3')).toBe('checked.printed("2 3", f(1), 3);');
  expect(() => checked.same(1, 2)).toThrow();
  expect(() => checked.printed('1 2', 1, 3)).toThrow();
});

test('docs/laws.md shows how the law of its wrong layer fails', async () => {
  const program = programsOf('docs/laws.md').find(({ text }) => text.includes('centred'));
  const [, promised = ''] = /```text\n([\s\S]*?)\n```/.exec(read('docs/laws.md')) ?? [];
  const path = join(generated, 'centred.ts');
  writeFileSync(path, `${program?.text}\nexport { centred };\n`);
  const { centred } = (await import(path)) as { readonly centred: AnyLayer };
  const [, parameters = ''] = /law\.check\((.*)\)/.exec(promised) ?? [];
  const failures = await Promise.all(
    layerLaws({ layer: centred, input: shape(['batch', 'feature'], [2, 6]) }).map((law) =>
      law.check(JSON.parse(parameters.replaceAll("'", '"'))).then(
        () => [],
        ({ message }: Error) => [message.trim()],
      ),
    ),
  );
  expect(failures.flat()).toEqual([promised]);
});
