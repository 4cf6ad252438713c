/** What `npm run setup:tfjs-node` prints and leaves behind if something is missing. Nothing is downloaded. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { setupFolder } from '../../../src/engine/tfjs/find-native-tfjs.js';
import { cacheFolder } from '../../../src/node/cache-folder.js';

const scratch = mkdtempSync(join(tmpdir(), 'vitrail-setup-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const script = join(process.cwd(), 'scripts/setup-tfjs-node.mjs');
const part = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ pathToFileURL(join(process.cwd(), 'scripts/setup-tfjs-node', name)).href);

/** A folder of programs: `fine` ones do nothing and succeed, `broken` ones print that and fail. */
const programs = (fine: readonly string[], broken: readonly string[] = []): string => {
  const folder = mkdtempSync(join(scratch, 'bin-'));
  for (const name of [...fine, ...broken]) {
    const text = fine.includes(name) ? '#!/bin/sh\n' : `#!/bin/sh\necho "${name} is broken"; exit 1\n`;
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  symlinkSync('/bin/sh', join(folder, 'sh'));
  return folder;
};

interface Run {
  readonly code: number;
  readonly said: string;
  readonly cache: string;
}

const run = (args: readonly string[], path: string, cache = mkdtempSync(join(scratch, 'cache-'))): Promise<Run> =>
  new Promise((resolve) => {
    const env = { ...process.env, VITRAIL_CACHE: cache, PATH: path, CXX: '' };
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr, cache }),
    );
  });

const linuxX64 = process.platform === 'linux' && process.arch === 'x64';

test.runIf(linuxX64).each([
  [['python3', 'c++'], [], /cannot start npm/, /npm is required/],
  [['npm', 'c++'], [], /cannot start python3/, /python3 is required/],
  [['npm', 'python3'], [], /cannot start c\+\+/, /C\+\+17 compiler is required: install g\+\+/],
  [['npm', 'c++'], ['python3'], /python3 is broken/, /python3 is required/],
] as const)('the error names a missing program and what to do (%#)', async (fine, broken, cause, advice) => {
  const { code, said, cache } = await run([], programs(fine, broken));
  expect({ code, left: readdirSync(cache) }).toEqual({ code: 1, left: [] });
  expect(said).toMatch(cause);
  expect(said).toMatch(advice);
});

test.runIf(linuxX64)('a failed step leaves nothing, and the files of a killed run are removed', async () => {
  const cache = mkdtempSync(join(scratch, 'cache-'));
  // The id of a process that has ended, and that of one that runs.
  const ended = spawnSync('/bin/sh', ['-c', 'exit 0']).pid;
  for (const pid of [ended, process.pid]) mkdirSync(join(cache, `tfjs-node.partial-${pid}`));
  mkdirSync(join(cache, 'tfjs-node'));
  writeFileSync(join(cache, 'tfjs-node/installed.json'), '{"tensorflow":"older"}');
  const bin = programs(['python3', 'c++']);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\n[ "$1" = ci ] && echo "no network" && exit 1\nexit 0\n');
  chmodSync(join(bin, 'npm'), 0o755);
  const { code, said } = await run([], bin, cache);
  expect(code).toBe(1);
  expect(said).toMatch(/npm ci .* failed:\nno network/s);
  // The earlier result is still complete.
  expect(readdirSync(cache).sort()).toEqual(['tfjs-node', `tfjs-node.partial-${process.pid}`]);
  expect(existsSync(join(cache, 'tfjs-node/installed.json'))).toBe(true);
});

test('an unknown flag prints the usage', async () => {
  const { code, said } = await run(['--gpus'], programs([]));
  expect(code).toBe(1);
  expect(said).toMatch(/--gpus.*\nusage: npm run setup:tfjs-node -- \[--gpu\] \[--tensorflow VERSION\]/s);
});

test('platforms: which wheels exist, and the message if there are none', async () => {
  const { platformFor } = (await part('wheels.mjs')) as {
    platformFor: (name: string, gpu: boolean) => { wheel: string; tested: boolean };
  };
  expect(platformFor('linux-x64', false)).toMatchObject({ wheel: 'tensorflow-cpu', tested: true });
  expect(platformFor('linux-x64', true)).toMatchObject({ wheel: 'tensorflow' });
  expect(platformFor('darwin-arm64', false)).toMatchObject({ wheel: 'tensorflow', tested: false });
  expect(() => platformFor('darwin-arm64', true)).toThrow(/no CUDA wheel for darwin-arm64: omit --gpu/);
  expect(() => platformFor('win32-x64', false)).toThrow(
    /no wheels for win32-x64, only for linux-x64, linux-arm64, darwin-arm64/,
  );
});

test('the CUDA libraries are read from the wheel of TensorFlow', async () => {
  const { cudaRequirements } = (await part('wheels.mjs')) as { cudaRequirements: (metadata: string) => string[] };
  const metadata = [
    'Requires-Dist: numpy<2.1.0,>=1.26.0',
    "Requires-Dist: nvidia-cublas-cu12==12.5.3.2; extra == 'and-cuda'",
    "Requires-Dist: nvidia-nccl-cu12 ==2.21.5 ; extra == 'and-cuda'",
    "Requires-Dist: nvidia-cudnn-cu12 (<10.0,>=9.3.0.75) ; extra == 'and-cuda'",
    "Requires-Dist: other ; extra == 'and-cuda'",
  ];
  expect(cudaRequirements(metadata.join('\n'))).toEqual([
    'nvidia-cublas-cu12==12.5.3.2',
    'nvidia-nccl-cu12==2.21.5',
    'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
  ]);
});

test.each([
  [{ VITRAIL_CACHE: '/a' }, '/a'],
  [{ XDG_CACHE_HOME: '/b' }, '/b/vitrail'],
  [{ VITRAIL_CACHE: '', XDG_CACHE_HOME: 'relative' }, `${homedir()}/.cache/vitrail`],
])('script, engine and data sets share one cache folder (%#)', async (environment, folder) => {
  const place = (await part('place.mjs')) as { cacheFolder: (environment: object) => string };
  expect(place.cacheFolder(environment)).toBe(folder);
  expect(await setupFolder('@tensorflow/tfjs-node-gpu', environment)).toBe(join(folder, 'tfjs-node-gpu'));
  expect(cacheFolder(environment)).toBe(folder);
});
