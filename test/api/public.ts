/**
 * Everything public that can be called, from the declarations of the entry points in package.json.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..');

const entryPoints = (): readonly string[] => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly exports: object };
  return Object.keys(exports)
    .filter((path) => path !== '.' && path !== './package.json')
    .map((path) => path.slice(2));
};

/** `core/key`, …: the public functions, by entry point and name. */
export const publicFunctions = (): readonly string[] => {
  const files = entryPoints().map((entry) => ({ entry, file: join(root, 'src', entry, 'index.ts') }));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(
    files.map(({ file }) => file),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  return files.flatMap(({ entry, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (source === undefined || module === undefined) throw new Error(`no declarations of ${entry}`);
    const functionsOf = (from: ts.Symbol, prefix: string): readonly string[] =>
      checker.getExportsOfModule(from).flatMap((exported) => {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
        const isOwn = symbol.declarations?.every((node) => node.getSourceFile().fileName.startsWith(join(root, 'src')));
        // A namespace, such as `host`.
        if (symbol.flags & ts.SymbolFlags.ValueModule && isOwn === true)
          return functionsOf(symbol, `${prefix}${exported.name}.`);
        const isCallable = checker.getTypeOfSymbolAtLocation(symbol, source).getCallSignatures().length > 0;
        return isCallable ? [`${prefix}${exported.name}`] : [];
      });
    return functionsOf(module, `${entry}/`);
  });
};
