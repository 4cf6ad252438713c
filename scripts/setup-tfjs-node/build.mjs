// Builds tfjs-node in a folder: JavaScript from npm, TensorFlow from a Python wheel, and the C++ binding compiled locally.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, stop } from './shell.mjs';
import { cudaRequirements, download } from './wheels.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** `request`: `{ package, tensorflow, gpu }`; `platform`: see wheels.mjs. */
export const build = (folder, request, platform) => {
  installJavaScript(folder, request.package);
  unpackTensorFlow(folder, request, platform);
  compileBinding(folder, request.package, platform);
  rmSync(join(folder, 'tensorflow/include'), { recursive: true });
};

const installJavaScript = (folder, name) => {
  console.log('JavaScript from npm');
  cpSync(here('packages'), folder, { recursive: true });
  execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  for (const other of ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'].filter((each) => each !== name)) {
    rmSync(join(folder, 'node_modules', other), { recursive: true });
  }
  // Node 23 removed these functions and Node 22 deprecates them (tensorflow/tfjs #8425; fixed after 4.22.0, not released).
  for (const file of ['nodejs_kernel_backend.js', 'kernels/TopK.js']) {
    const path = join(folder, 'node_modules', name, 'dist', file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(
      'var util_1 = require("util");',
      'var util_1 = { isArray: Array.isArray, isNullOrUndefined: function (x) { return x === null || x === undefined; } };',
    );
    if (after === before) stop(`${name} is not supported by this script: expected its ${file} to import Node's util`);
    writeFileSync(path, after);
  }
};

const INCLUDE = ['tensorflow/c', 'tensorflow/core/platform', 'tsl', 'xla/tsl'].map(
  (each) => `tensorflow/include/${each}/*.h`,
);
const CUDA = ['nvidia/*/lib/*', 'nvidia/cuda_nvcc/bin/*', 'nvidia/cuda_nvcc/nvvm/*'];

const unpackTensorFlow = (folder, { tensorflow, gpu }, { wheel, tags, libraries }) => {
  const metadata = '*.dist-info/METADATA';
  const wheels = join(folder, 'wheels');
  const fetchAndUnpack = (requirements, patterns) => {
    mkdirSync(wheels);
    download(requirements, tags, wheels);
    for (const each of readdirSync(wheels))
      execute('python3', [here('unpack.py'), join(wheels, each), folder, ...patterns]);
    rmSync(wheels, { recursive: true });
  };
  fetchAndUnpack([`${wheel}==${tensorflow}`], [...libraries.map((each) => `tensorflow/${each}`), ...INCLUDE, metadata]);
  const info = readdirSync(folder).find((name) => name.endsWith('.dist-info'));
  const requirements = cudaRequirements(readFileSync(join(folder, info, 'METADATA'), 'utf8'));
  rmSync(join(folder, info), { recursive: true });
  // Next to `tensorflow`, as in a Python installation, where its libraries look for those of CUDA.
  if (gpu) fetchAndUnpack(requirements, CUDA);
};

const compileBinding = (folder, name, { libraries }) => {
  console.log('compiling the binding');
  const cwd = join(folder, 'node_modules', name);
  mkdirSync(join(cwd, 'lib/napi-v8'), { recursive: true });
  const tensorflow = '../../../tensorflow';
  const include = ['.', '../../node-api-headers/include', `${tensorflow}/include`].map((each) => `-I${each}`);
  const sources = readdirSync(join(cwd, 'binding'))
    .filter((each) => each.endsWith('.cc'))
    .map((each) => `binding/${each}`);
  // Relative to the binding, so that the folder can be moved.
  const [origin, extra] =
    process.platform === 'darwin' ? ['@loader_path', ['-undefined', 'dynamic_lookup']] : ['$ORIGIN', []];
  execute(
    compiler(),
    [
      ...['-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', ...include, ...sources, ...extra],
      ...libraries.map((each) => `${tensorflow}/${each}`),
      ...[`-Wl,-rpath,${origin}/../../${tensorflow}`, '-o', 'lib/napi-v8/tfjs_binding.node'],
    ],
    { cwd },
  );
};

/** The C++ compiler: `$CXX`, by default `c++` (g++ or clang++). */
export const compiler = () => process.env.CXX || 'c++';
