/**
 * The `@example`s of the docstrings in `src`, each made into a module that imports what it uses.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Example {
  /** The source file, relative to the root, and the line of the tag. */
  readonly place: string;
  readonly file: string;
  readonly text: string;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const examplesIn = (file: string): readonly Example[] => {
  const source = read(file);
  return [...source.matchAll(/\/\*\*.*?\*\//gs)].flatMap(({ 0: comment, index }) => {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, '').replace(/\s*\*\/$/, ''));
    return lines.flatMap((line, i) => {
      if (line.trim() !== '@example') return [];
      const rest = lines.slice(i + 1);
      const end = rest.findIndex((next) => next.startsWith('@'));
      const at = source.slice(0, index).split('\n').length + i;
      return [{ place: `${file}:${at}`, file, text: (end < 0 ? rest : rest.slice(0, end)).join('\n').trim() }];
    });
  });
};

/** All examples, in the order of the files. */
export const examples = (): readonly Example[] =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => examplesIn(`src/${file}`));

const parse = (text: string): ts.SourceFile => ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);

/** The names that a module exports, from its text alone. */
const exportsOf = (file: string): readonly string[] =>
  parse(read(file)).statements.flatMap((statement): readonly string[] => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause: clause } = statement;
      const from = statement.moduleSpecifier;
      if (clause === undefined)
        return from !== undefined && ts.isStringLiteral(from)
          ? exportsOf(join(dirname(file), from.text.replace(/\.js$/, '.ts')))
          : [];
      return ts.isNamespaceExport(clause) ? [clause.name.text] : clause.elements.map(({ name }) => name.text);
    }
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (exported !== true) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    return 'name' in statement && statement.name !== undefined ? [(statement.name as ts.Identifier).text] : [];
  });

/** The package's subpaths: `core`, `layers`, … */
const subpaths = Object.keys((JSON.parse(read('package.json')) as { readonly exports: object }).exports)
  .map((name) => name.slice(2))
  .filter((name) => name !== '' && name !== 'package.json');

/** What any example may use without declaring it, by name. Called as a function, such a name is the library's. */
const GIVEN: Readonly<Record<string, string>> = {
  E: "import * as E from 'fp-ts/lib/Either.js';",
  TE: "import * as TE from 'fp-ts/lib/TaskEither.js';",
  fc: "import fc from 'fast-check';",
  pipe: "import { pipe } from 'fp-ts/lib/function.js';",
  t: "import * as t from 'io-ts';",
  readFile: "import { readFile } from 'node:fs/promises';",
  engine: "declare const engine: import('vitrail/engine').Engine;",
  config: "declare const config: import('vitrail/models').VitConfig;",
  declaration: "declare const declaration: import('vitrail/core').Declaration<import('vitrail/models').VitParams>;",
  model: "declare const model: import('vitrail/models').Classifier<import('vitrail/models').VitParams>;",
  optimizer: "declare const optimizer: import('vitrail/train').Optimizer;",
  bytes: 'declare const bytes: Uint8Array;',
  dataset: "declare const dataset: import('vitrail/data').Dataset;",
  train: "declare const train: import('vitrail/data').ImageSource;",
  pipeline: "declare const pipeline: import('vitrail/data').Pipeline;",
  images: "declare const images: import('vitrail/data').Pipeline;",
  epochKey: "declare const epochKey: import('vitrail/core').Key;",
  params: "declare const params: import('vitrail/core').Hosts<import('vitrail/models').VitParams>;",
  logits: "declare const logits: import('vitrail/core').Tensor<import('vitrail/core').Logits>;",
  labels: "declare const labels: import('vitrail/core').Tensor<['batch']>;",
  sha256: "declare const sha256: import('vitrail/train').Sha256;",
  posterize: "declare const posterize: import('vitrail/data').AnyTransform;",
  objective: `import { classification as ofClasses } from 'vitrail/train';
import { orThrow as valueOf } from 'vitrail/core';
const objective = valueOf(ofClasses({ classes: 10 }));`,
};

// Of a name that two subpaths export, the first counts.
const exported = new Map(
  subpaths.toReversed().flatMap((name) => exportsOf(`src/${name}/index.ts`).map((what) => [what, name] as const)),
);

/** The names that a text uses but does not declare or import at its top level; an inner declaration may shadow any of them. */
const free = (text: string): readonly string[] => {
  const file = parse(text);
  const declared = new Set<string>();
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) declared.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) bind(name);
    else if ('name' in statement && statement.name !== undefined) declared.add((statement.name as ts.Identifier).text);
  }
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) || ts.isNamespaceImport(node)) declared.add(node.name.text);
    else if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node))
      used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...used].filter((name) => !declared.has(name));
};

/** An example as a module in the folder `from`: what the package does not export is imported from the example's own file. */
export const moduleOf = ({ file, text }: Example, from: string): string => {
  const own = exportsOf(file);
  const lines = free(text).flatMap((name) => {
    const given = Object.hasOwn(GIVEN, name) ? [GIVEN[name]!] : [];
    if (given.length > 0 && !new RegExp(`\\b${name}\\(`).test(text)) return given;
    const subpath = exported.get(name);
    if (subpath !== undefined) return [`import { ${name} } from 'vitrail/${subpath}';`];
    if (own.includes(name)) return [`import { ${name} } from '${relative(from, file).replace(/\.ts$/, '.js')}';`];
    return given;
  });
  return [...lines, text, 'export {};', ''].join('\n');
};
