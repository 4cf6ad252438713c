import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pathOf = (name: string): string => join(root, 'test', 'types', name);

/** Every program has the whole library in scope. */
const PREAMBLE = `
import * as core from '../../src/core/index.js';
import * as layers from '../../src/layers/index.js';
import * as train from '../../src/train/index.js';
import type { Engine, Values } from '../../src/engine/engine.js';
const { named, serial, residual, repeat, fanOut, add, concatenate, identity, training, evaluation, key } = core;
const { linear, gelu, layerNorm, meanPool, classifier, positionEmbedding, patchTokens, localityAttention, mlp } = layers;
const attention = localityAttention({ heads: 2, headDim: 4 });
const tokens = named('tokens', patchTokens({ patch: 4, dim: 8 }));
const optimizer = train.adamW({ schedule: train.constantSchedule(1e-3), weightDecay: 0 });
const objective = core.orThrow(train.classification({ classes: 3 }));
declare const images: core.Tensor<core.Images>;
declare const labels: core.Tensor<['batch']>;
declare const someTokens: core.Tensor<core.Tokens>;
declare const engine: Engine;
const whole = serial(tokens, meanPool, named('classifier', classifier(3)));
type State = train.TrainState<core.ParamsOf<typeof whole>>;
type Batch = train.BatchTensors<core.Tensor<core.Images>, train.ClassificationTarget>;
`.trimStart();
const PREAMBLE_LINES = PREAMBLE.split('\n').length - 1;

/** An error of the compiler. Lines are counted from 1 in the program. */
export interface Complaint {
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

const PLAIN_CODE: Readonly<Record<number, number>> = { 2379: 2345, 2375: 2322 };

const programOf = (files: Readonly<Record<string, string>>): ts.Program => {
  const settings = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...settings.config, include: [] }, ts.sys, root);
  // Small programs may have unused declarations, and import types without `type`.
  const lenient: ts.CompilerOptions = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
  };
  const virtual = new Map(Object.entries(files).map(([name, text]) => [pathOf(name), text]));
  const host = ts.createCompilerHost(lenient);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = virtual.get(path);
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  return ts.createProgram([...virtual.keys()], lenient, host);
};

/**
 * Compiles small programs, each as its own module, with the options of this repository. Returns the errors of each.
 * TS2379 and TS2375 are TS2345 and TS2322 for types with optional properties, and count as these.
 */
export const compile = (programs: readonly string[]): readonly (readonly Complaint[])[] => {
  const files = programs.map((text, i) => [`program-${i}.ts`, `${PREAMBLE}${text}\n`] as const);
  const program = programOf(Object.fromEntries(files));
  return files.map(([name]) => {
    const file = program.getSourceFile(pathOf(name))!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => ({
      line: file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1 - PREAMBLE_LINES,
      code: PLAIN_CODE[diagnostic.code] ?? diagnostic.code,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    }));
  });
};

/** Compiles modules of this folder, with the options of this repository and in one program: the messages for each. */
export const complaintsOf = (modules: readonly string[]): readonly (readonly string[])[] => {
  const files = modules.map((text, i) => [`module-${i}.ts`, text] as const);
  const program = programOf(Object.fromEntries(files));
  return files.map(([name]) => {
    const file = program.getSourceFile(pathOf(name))!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
};

/**
 * How many types the compiler instantiates for a file of this folder, beyond those for its imports. The number depends on
 * this file, the library and the version of TypeScript, not on the machine.
 */
export const instantiations = (name: string): number => {
  const text = readFileSync(pathOf(name), 'utf8');
  const imports = text.slice(0, text.indexOf('\n\n', text.lastIndexOf('\nimport ')));
  const program = programOf({ 'imports-alone.ts': imports, [name]: text });
  const countAfter = (file: string): number => {
    const [wrong] = program.getSemanticDiagnostics(program.getSourceFile(pathOf(file)));
    if (wrong !== undefined) throw new Error(ts.flattenDiagnosticMessageText(wrong.messageText, '\n'));
    return program.getInstantiationCount();
  };
  const before = countAfter('imports-alone.ts');
  return countAfter(name) - before;
};
