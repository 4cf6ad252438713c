// Writes what each subpath exports, as declarations without comments, into api/*.d.ts.txt; with --check it fails if that differs from the files. A
// change of the public surface so shows in a diff. Needs the build: npm run api does both.
// (api-extractor cannot: it stops at `export * as tf from '@tensorflow/tfjs-core'`.)
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const isCheck = process.argv.includes('--check');
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(exports).filter(([name, { types }]) => types !== undefined && name !== '.');
const program = ts.createProgram(
  entries.map(([, { types }]) => types),
  { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, skipLibCheck: true },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

const isOwn = (node) => !node.getSourceFile().fileName.includes('node_modules');
const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

/** A declaration with the members of each union in order of their text: the compiler's own order depends on what it compiled before. */
const withSortedUnions = (declaration) => {
  const file = declaration.getSourceFile();
  const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, file);
  const sorter = (context) => {
    const visit = (node) => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isUnionTypeNode(visited)) return visited;
      const members = visited.types.map((type) => ({ type, text: print(type) }));
      return ts.factory.updateUnionTypeNode(
        visited,
        ts.factory.createNodeArray(members.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ type }) => type)),
      );
    };
    return visit;
  };
  return print(ts.transform(declaration, [sorter]).transformed[0]);
};

/** A declaration as it is written, but for the order of unions; a variable with its `const`. */
const textOf = (declaration) =>
  withSortedUnions(ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration);

/** The exports of a module, by name; those of a namespace are indented. */
const linesOf = (module) =>
  checker
    .getExportsOfModule(module)
    .slice()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((symbol) => {
      const target = resolved(symbol);
      const own = (target.declarations ?? []).filter(isOwn);
      if (own.length === 0) return [`${symbol.name}: of another package`];
      if (own.some(ts.isSourceFile)) return [`namespace ${symbol.name}`, ...linesOf(target).map((line) => `  ${line}`)];
      const renamed = target.name === symbol.name ? [] : [`${symbol.name} is ${target.name}:`];
      return [...renamed, ...new Set(own.map(textOf))].flatMap((text) => text.split('\n'));
    });

mkdirSync('api', { recursive: true });
const changed = entries.flatMap(([name, { types }]) => {
  const file = join('api', `${name.slice(2).replace('/', '-')}.d.ts.txt`);
  const text = `// vitrail${name.slice(1)}\n${linesOf(checker.getSymbolAtLocation(program.getSourceFile(types))).join('\n')}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return [];
  if (!isCheck) writeFileSync(file, text);
  return [file];
});
console.log(`${entries.length} subpaths, changed: ${changed.join(', ') || 'none'}`);
if (isCheck && changed.length > 0) {
  console.error(
    'The public surface changed. Run npm run api, look at the diff, commit it, and say in a changeset (npx changeset) what changed.',
  );
  process.exitCode = 1;
}
