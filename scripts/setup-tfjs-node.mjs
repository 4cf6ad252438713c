// Builds @tensorflow/tfjs-node or tfjs-node-gpu from the package registries of npm and Python, where the library finds it:
//   npm run setup:tfjs-node [-- --gpu] [-- --tensorflow VERSION]
// See docs/engines.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './setup-tfjs-node/build.mjs';
import { checkNeeds } from './setup-tfjs-node/needs.mjs';
import { cacheFolder, partialOf, removeLeftovers } from './setup-tfjs-node/place.mjs';
import { execute, Stop, stop } from './setup-tfjs-node/shell.mjs';
import { platformFor, TENSORFLOW } from './setup-tfjs-node/wheels.mjs';

const TFJS_NODE = '4.22.0';

const options = () => {
  try {
    return parseArgs({
      options: { gpu: { type: 'boolean', default: false }, tensorflow: { type: 'string', default: TENSORFLOW } },
    }).values;
  } catch (error) {
    return stop(`${error.message}\nusage: npm run setup:tfjs-node -- [--gpu] [--tensorflow VERSION]`);
  }
};

/** Runs a computation with the tfjs-node in a folder. Returns the version of TensorFlow and the names of the GPUs. */
const check = (folder) => {
  const program = fileURLToPath(new URL('./setup-tfjs-node/check.mjs', import.meta.url));
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' };
  const { stdout, stderr } = execute(process.execPath, [program, folder], { env });
  const { tensorflow, gpu } = JSON.parse(stdout.trim().split('\n').at(-1));
  const names = [...stderr.matchAll(/Created device .*GPU.*?name: ([^,]+)/g)].map(([, name]) => name);
  // TensorFlow also warns that CUDA plugins are registered twice, once by each of its two libraries. That is harmless.
  const why = stderr.split('\n').filter((line) => /cuda|gpu/i.test(line) && !/already been registered/.test(line));
  return { tensorflow, gpus: gpu && names.length === 0 ? ['a GPU'] : names, why };
};

const size = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, path, name }) => sum + statSync(join(parentPath ?? path, name)).size, 0);

const report = (folder, { package: name }, { tensorflow, gpus, why }, platform) => {
  console.log(`${name} ${TFJS_NODE} on TensorFlow ${tensorflow}: a matrix product and its gradient are correct`);
  console.log(`folder  ${folder}, ${(size(folder) / 1e9).toFixed(2)} GB`);
  console.log(`GPUs    ${gpus.length > 0 ? gpus.join(', ') : 'none found; it computes on the CPU'}`);
  if (name.endsWith('-gpu') && gpus.length === 0) console.log(why.map((line) => `        ${line}`).join('\n'));
  if (!platform.tested) console.log('note    this platform has not been tested');
};

const installed = (folder) => {
  const record = join(folder, 'installed.json');
  return existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : undefined;
};

const setUp = () => {
  const { gpu, tensorflow } = options();
  const name = `@tensorflow/tfjs-node${gpu ? '-gpu' : ''}`;
  const request = { package: name, tfjsNode: TFJS_NODE, tensorflow, gpu };
  const platform = platformFor(`${process.platform}-${process.arch}`, gpu);
  const cache = cacheFolder();
  const folder = join(cache, name.slice('@tensorflow/'.length));
  if (JSON.stringify(installed(folder)) === JSON.stringify(request)) {
    console.log('already installed');
    return report(folder, request, check(folder), platform);
  }
  mkdirSync(cache, { recursive: true });
  removeLeftovers(cache);
  checkNeeds(cache, gpu);
  const partial = partialOf(folder);
  try {
    build(partial, request, platform);
    writeFileSync(join(partial, 'installed.json'), JSON.stringify(request));
    const found = check(partial);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    report(folder, request, found, platform);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};

// Ctrl-C also interrupts the running child process. Its failure ends this program in the normal way, which cleans up.
process.on('SIGINT', () => {});

try {
  setUp();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(`setup:tfjs-node: ${error.message}`);
  process.exitCode = 1;
}
