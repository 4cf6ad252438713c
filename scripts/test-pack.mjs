// Installs the packed tarball into an empty project and uses it from plain Node ESM and from TypeScript: what passes here
// works for users who install it, whatever else is in the checkout.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryExport } from './pack/export.mjs';
import { tryLaws } from './pack/laws.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vitrail-pack-'));
const run = (command, args, cwd) => {
  try {
    return execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  } catch (error) {
    // The TypeScript compiler prints its errors on standard output.
    process.stderr.write(error.stdout ?? '');
    throw error;
  }
};

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const subpaths = Object.keys(exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace('.', 'vitrail'));

const program = (types) => `
import { countParameters, evaluation, gelu, imageShape, initialize, jit, key, linear, named, orThrow, patchTokens, quickstartModels, serial, vit } from 'vitrail';
import { loadDataset } from 'vitrail/data/node';
import { memoryStore, prepare, presets } from 'vitrail/experiment';
import { folderStore, loadModel } from 'vitrail/experiment/node';
import { loadCheckpoint, saveCheckpoint } from 'vitrail/train/node';

const mlp = serial(named('up', linear(8)), gelu, named('down', linear(4)));
const declaration = orThrow(mlp.init({ axes: ['batch', 'feature'], sizes: [2, 4] }));
if (countParameters(declaration) !== 4 * 8 + 8 + 8 * 4 + 4) throw new Error('wrong count');

const dataset = await orThrow(loadDataset('fashion-mnist-small'));
if (dataset.train.count !== 6000) throw new Error('the embedded images are not in the package');
if (orThrow(prepare(presets.quickstart, dataset)).models.length !== 2) throw new Error('the quickstart does not fit its data');

const engine = await orThrow(jit({ threads: 1 }));
const f = engine.compile(({ params, x }${types}) => ({ y: mlp.apply(params, x, evaluation) }));
const params = initialize(key(1))(declaration.params);
const x = { dtype: 'float32', shape: [2, 4], data: new Float32Array(8).fill(1) }${types && ' as const'};
const { y } = await orThrow(engine.toHost(await orThrow(f(engine.fromHost({ params, x })))));
if (y.shape.join() !== '2,4' || !y.data.every(Number.isFinite)) throw new Error('wrong output');

const exported = [vit(quickstartModels.sl), patchTokens, imageShape, memoryStore, folderStore, loadModel, loadCheckpoint, saveCheckpoint];
if (exported.some((one) => one === undefined)) throw new Error('missing exports');
console.log('ok');
`;

// A subpath whose file is missing fails to import; one whose file is empty would go unnoticed.
const importAll = `
for (const subpath of ${JSON.stringify(subpaths)})
  if (Object.keys(await import(subpath)).length === 0) throw new Error(subpath + ' exports nothing');
console.log('ok');
`;

// Types that the package loses become `any`, which would hide every error.
const wronglyWired = `
import { meanPool, named, positionEmbedding, serial } from 'vitrail';
// @ts-expect-error: 'position' accepts [batch token feature], but [batch feature] reaches it
serial(meanPool, named('position', positionEmbedding()));
`;

// The declarations of every subpath.
const everyType = subpaths.map((subpath, i) => `export * as part${i} from '${subpath}';\n`).join('');

try {
  run('npm', ['run', '--silent', 'build'], process.cwd());
  const [{ filename, size }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], process.cwd()));
  // docs/guarantees.md says so. Most of it are the embedded images.
  if (size > 6e6) throw new Error(`the package has ${size} bytes, more than 6 MB`);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=true\n');
  const packages = [`./${filename}`, 'typescript@5.9', '@types/node@20', 'fast-check@4', 'jest@30'];
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], folder);
  const lastLine = (file, ...args) =>
    run('node', [file, ...args], folder)
      .trim()
      .split('\n')
      .at(-1);

  writeFileSync(join(folder, 'plain.mjs'), program(''));
  console.log('plain Node ESM:', lastLine('plain.mjs'));
  writeFileSync(join(folder, 'import-all.mjs'), importAll);
  console.log(`${subpaths.length} subpaths:`, lastLine('import-all.mjs'));

  const types = ': { readonly params: ParamsOf<typeof mlp>; readonly x: Tensor<Vectors> }';
  const typed = program(types).replace('import {', 'import { type ParamsOf, type Tensor, type Vectors,');
  writeFileSync(join(folder, 'typed.ts'), typed);
  writeFileSync(join(folder, 'wrong.ts'), wronglyWired);
  writeFileSync(join(folder, 'types.ts'), everyType);
  cpSync('examples', join(folder, 'examples'), { recursive: true });
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2022',
    // Every declaration is checked, those of dependencies included. tfjs's need the DOM library, @types/node and, without
    // importing it, @types/long: a project with other `lib` or `types` needs skipLibCheck.
    lib: ['es2023', 'dom'],
    skipLibCheck: false,
    outDir: 'built',
    rootDir: '.',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', 'examples/*.ts'] }));
  run('npx', ['tsc', '-p', '.'], folder);
  console.log('TypeScript: ok');
  console.log('compiled TypeScript:', lastLine('built/typed.js'));
  console.log('an example:', lastLine('built/examples/06-the-pure-step.js', '64', '1'));
  for (const line of tryLaws(folder)) console.log(line);
  for (const line of tryExport(folder, join(process.cwd(), 'docs/report.png'))) console.log(line);
  console.log('command line:', run('npx', ['vitrail', '--help'], folder).split('\n')[0]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
