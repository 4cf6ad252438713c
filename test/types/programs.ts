import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Every program has the whole library in scope. */
const PREAMBLE = `
import * as core from '../../src/core/index.js';
import * as layers from '../../src/layers/index.js';
import * as train from '../../src/train/index.js';
const { named, serial, residual, repeat, fanOut, add, training, evaluation, key } = core;
const { dense, gelu, layerNorm, meanPool, classifier, positionEmbedding, patchTokens, localityAttention, mlp } = layers;
const attention = localityAttention({ heads: 2, headDim: 4 });
const tokens = named('tokens', patchTokens({ patch: 4, dim: 8 }));
const optimizer = train.adamW({ schedule: train.constantRate(1e-3), weightDecay: 0 });
declare const images: core.Tensor<core.Images>;
declare const someTokens: core.Tensor<core.Tokens>;
`.trimStart();
const PREAMBLE_LINES = PREAMBLE.split('\n').length - 1;

/** A complaint of the compiler, its line counted from 1 in the program. */
export interface Complaint {
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

/**
 * Compiles small programs, each a module of its own, with the options of this repository: what the compiler says of each.
 * TS2379 is TS2345 for types with optional properties, and counts as it.
 */
export const compile = (programs: readonly string[]): readonly (readonly Complaint[])[] => {
  const settings = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...settings.config, include: [] }, ts.sys, root);
  // What is only shown need not be used.
  const lenient: ts.CompilerOptions = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const paths = programs.map((_, i) => join(root, 'test', 'types', `program-${i}.ts`));
  const virtual = new Map(paths.map((path, i) => [path, `${PREAMBLE}${programs[i]}\n`]));
  const host = ts.createCompilerHost(lenient);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = virtual.get(path);
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram(paths, lenient, host);
  return paths.map((path) => {
    const file = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => ({
      line: file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1 - PREAMBLE_LINES,
      code: diagnostic.code === 2379 ? 2345 : diagnostic.code,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    }));
  });
};
