/** Which files of src import which, type-only imports included. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));

const nameOf = (path: string): string => relative(root, path).split(sep).join('/');

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The modules that a file refers to in imports, exports, `import()` and import types. */
const modulesIn = (file: string): readonly string[] => {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const module =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (module !== undefined && ts.isStringLiteral(module)) found.push(module.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true));
  return found;
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, name));
const imports: readonly Import[] = files.flatMap((file) =>
  modulesIn(file).flatMap((module) =>
    module.startsWith('.')
      ? [{ from: nameOf(file), to: nameOf(resolve(dirname(file), module)).replace(/\.js$/, '.ts') }]
      : [],
  ),
);

/** The first cycle found: each file imports the next, and the last imports the first. */
const cycleIn = (edges: readonly Import[]): readonly string[] | undefined => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return path.slice(start);
    if (done.has(file)) return undefined;
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

/** The folders that each folder may import from, besides itself. A file directly in src is a folder of its own here. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  node: ['core'],
  layers: ['core'],
  models: ['core', 'layers'],
  engine: ['core', 'node'],
  data: ['core', 'node'],
  train: ['core', 'layers', 'models', 'engine', 'data', 'node', 'version.ts'],
  plot: ['core'],
  experiment: ['core', 'layers', 'models', 'engine', 'data', 'train', 'plot', 'node', 'version.ts'],
  cli: ['core', 'layers', 'models', 'engine', 'data', 'train', 'plot', 'experiment', 'node', 'version.ts'],
  laws: ['core', 'layers', 'engine', 'data', 'train'],
  'version.ts': [],
  'index.ts': ['core', 'layers', 'models', 'engine', 'data', 'train', 'plot', 'experiment'],
};

const folderOf = (file: string): string => file.split('/')[0]!;

test('every relative import is of a file in src', () => {
  const names = new Set(files.map(nameOf));
  expect(imports.length).toBeGreaterThan(files.length);
  expect(imports.filter(({ to }) => !names.has(to))).toEqual([]);
});

test('there are no import cycles', () => {
  expect(cycleIn(imports)).toBeUndefined();
});

test('cycles are found, also through type-only and lazy imports', () => {
  const edge = (from: string, to: string): Import => ({ from, to });
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('a', 'c'), edge('c', 'd')];
  expect(cycleIn(edges)).toBeUndefined();
  expect(cycleIn([...edges, edge('d', 'b')])).toEqual(['b', 'c', 'd']);
  expect(cycleIn([edge('a', 'a')])).toEqual(['a']);
  const program = imports.filter(({ from }) => from === 'engine/onnxruntime/session.ts').map(({ to }) => to);
  expect(program, 'type-only imports count').toContain('engine/compiled/back-end.ts');
  const lazy = imports.filter(({ from }) => from === 'engine/onnxruntime/compile-program.ts').map(({ to }) => to);
  expect(lazy, 'lazy imports count').toContain('engine/onnxruntime/workers/worker-pool.ts');
});

test.each(Object.entries(allowed))('%s imports only from the folders below it', (folder, others) => {
  const outside = imports.filter(({ from, to }) => folderOf(from) === folder && folderOf(to) !== folder);
  expect(outside.filter(({ to }) => !others.includes(folderOf(to)))).toEqual([]);
});

test('every folder has a row in the table', () => {
  expect([...new Set(files.map((file) => folderOf(nameOf(file))))].toSorted()).toEqual(Object.keys(allowed).toSorted());
});

test('fast-check, which is optional, is imported by the laws only', () => {
  const importing = files.filter((file) => modulesIn(file).includes('fast-check')).map(nameOf);
  expect(importing).toContain('laws/law.ts');
  expect(importing.filter((name) => folderOf(name) !== 'laws')).toEqual([]);
  expect(imports.filter(({ from, to }) => folderOf(to) === 'laws' && folderOf(from) !== 'laws')).toEqual([]);
});
