import '../support/tfjs.js';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { type Outcome, run } from './program.js';

/** The subpaths that work in a browser. */
const subpaths = ['core', 'layers', 'models', 'train'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Bundles a module as a page would load it. A Node module in it is an error, as nothing is external. */
const bundle = async (contents: string): Promise<string> => {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.text;
};
const kilobytes = (code: string): number => Math.round(code.length / 1000);

/** The globals of a web worker, as far as the library and tfjs use them, and nothing of Node. */
const webWorker = () => {
  const globals: Record<string, unknown> = {
    ...{ console, performance, setTimeout, clearTimeout, queueMicrotask, TextEncoder, TextDecoder, URL },
    navigator: { userAgent: 'a test' },
    WorkerGlobalScope: class {},
    fetch: () => Promise.reject(new Error('no network')),
  };
  globals.self = globals;
  return createContext(globals);
};

describe(`vitrail/{${subpaths.join(', ')}} in a browser`, () => {
  test('everything they export bundles without a Node module, and computes what it computes in Node', async () => {
    const code = await bundle(
      [
        ...subpaths.map((name) => `export * as ${name} from './src/${name}/index.js';`),
        "export { run } from './test/browser/program.js';",
      ].join('\n'),
    );
    console.info(`bundle of ${subpaths.join(', ')} and all of @tensorflow/tfjs: ${kilobytes(code)} kB`);
    // The names alone may be there: on Node, `process.getBuiltinModule` loads them.
    expect(code).not.toMatch(/(import|require)\(["'`]node:|from["'`]node:/);
    const context = webWorker();
    expect(runInContext('[typeof process, typeof require, typeof Buffer].join()', context)).toBe(
      'undefined,undefined,undefined',
    );
    runInContext(code, context);
    const outcome: Outcome = JSON.parse(await runInContext('page.run().then(JSON.stringify)', context));
    expect(outcome).toEqual(await run());
    expect(outcome.before).toHaveLength(6);
    expect(outcome.after).not.toEqual(outcome.before);
  });

  test('a page gets only the parts that it uses', async () => {
    const sizes = await Promise.all(
      [
        "export { fold, key } from './src/core/index.js';",
        "export { linear } from './src/layers/index.js';",
        subpaths.map((name) => `export * as ${name} from './src/${name}/index.js';`).join('\n'),
      ].map(async (contents) => kilobytes(await bundle(contents))),
    );
    console.info(`bundles of keys, of one layer and of everything, without a backend: ${sizes.join(', ')} kB`);
    const [keys, layer, everything] = sizes as [number, number, number];
    expect(keys).toBeLessThan(everything / 2);
    expect(layer).toBeLessThan(everything / 2);
  });
});
