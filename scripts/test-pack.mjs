// Installs the packed tarball into an empty project and uses it from plain Node ESM and from TypeScript, to test what users
// get, independently of the checkout.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'vitrail-pack-'));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

const program = (tensor) => `
import { countParameters, gelu, imageShape, initialize, jit, key, linear, named, orThrow, patchTokens, serial, vit, quickstartModels, evaluation } from 'vitrail';
import { loadDataset } from 'vitrail/data/node';
import { presets } from 'vitrail/experiment';

const mlp = serial(named('up', linear(8)), gelu, named('down', linear(4)));
const declaration = orThrow(mlp.init({ axes: ['batch', 'feature'], sizes: [2, 4] }));
if (countParameters(declaration) !== 4 * 8 + 8 + 8 * 4 + 4) throw new Error('wrong count');

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
if (dataset.train.count !== 6000) throw new Error('the included images are not in the package');

const engine = await orThrow(jit({ threads: 1 }));
const f = engine.compile(({ params, x }${tensor}) => ({ y: mlp.apply(params, x, evaluation) }));
const params = initialize(key(1))(declaration.params);
const { y } = await orThrow(engine.toHost(await orThrow(f(engine.fromHost({ params, x: { dtype: 'float32', shape: [2, 4], data: new Float32Array(8).fill(1) } })))));
if (y.shape.join() !== '2,4' || !y.data.every(Number.isFinite)) throw new Error('wrong output');
if (vit(quickstartModels.sl) === undefined || Object.keys(presets).length !== 4 || patchTokens === undefined || imageShape === undefined) throw new Error('missing exports');
for (const part of ['core', 'layers', 'models', 'engine', 'data', 'data/node', 'train', 'plot', 'experiment']) {
  if (Object.keys(await import('vitrail/' + part)).length === 0) throw new Error(part + ' exports nothing');
}
console.log('ok');
`;

// If the types were lost they would be `any`, and there would be no error to expect.
const wronglyWired = `
import { meanPool, named, positionEmbedding, serial } from 'vitrail';
// @ts-expect-error: 'position' accepts [batch token feature], but [batch feature] reaches it
serial(meanPool, named('position', positionEmbedding()));
`;

try {
  run('npm', ['run', '--silent', 'build'], process.cwd());
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], process.cwd()));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=true\n');
  const packages = [`./${filename}`, 'typescript@5.9', '@types/node@20'];
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], folder);
  writeFileSync(join(folder, 'plain.mjs'), program(''));
  console.log('plain Node ESM:', run('node', ['plain.mjs'], folder).trim().split('\n').at(-1));
  const types = ': { readonly params: ParamsOf<typeof mlp>; readonly x: Tensor<Vectors> }';
  const typed = program(types).replace('import {', 'import { type ParamsOf, type Tensor, type Vectors,');
  writeFileSync(join(folder, 'typed.ts'), typed);
  writeFileSync(join(folder, 'wrong.ts'), wronglyWired);
  const flags = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--skipLibCheck',
  ];
  run('npx', ['tsc', ...flags, 'typed.ts', 'wrong.ts'], folder);
  console.log('TypeScript: ok');
  console.log('command line:', run('npx', ['vitrail', '--help'], folder).split('\n')[0]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
