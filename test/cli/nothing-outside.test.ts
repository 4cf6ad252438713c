/** "Nothing leaves your machine": a run writes into its own folder only, and looks up no name. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFile, temporaryFolder, tinyConfig, tinyData } from '../support/tiny-run.js';

/** Prints every name that JavaScript looks up and every address that it connects to. */
const watch = `
  import dns from 'node:dns';
  import net from 'node:net';
  for (const [object, name] of [[dns, 'lookup'], [dns, 'resolve'], [dns.promises, 'lookup'], [net.Socket.prototype, 'connect']]) {
    const original = object[name];
    object[name] = function (...args) {
      console.error('NETWORK', name, JSON.stringify(args[0]));
      return original.apply(this, args);
    };
  }
`;

const root = process.cwd();

/** A run in a process whose folders are all empty; `before`: words in front of it. */
const run = (before: readonly string[] = []) => {
  const place = temporaryFolder();
  const [home, tmp, work] = ['home', 'tmp', 'work'].map((name) => join(place, name)) as [string, string, string];
  for (const folder of [home, tmp, work]) mkdirSync(folder);
  // Worker threads look for tsx from the current folder.
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));
  const [node = '', ...argv] = [
    ...before,
    process.execPath,
    '--import',
    'tsx',
    '--import',
    `data:text/javascript,${encodeURIComponent(watch)}`,
    join(root, 'src/cli/bin.ts'),
    ...['--config', configFile(tinyConfig({ epochs: 1 })), '--data', tinyData(), '--out', 'run'],
  ];
  const { VITRAIL_CACHE, XDG_CACHE_HOME, ORT_DISABLE_TELEMETRY, ...rest } = process.env;
  const env = {
    ...rest,
    HOME: home,
    TMPDIR: tmp,
    TSX_DISABLE_CACHE: '1',
    TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
  };
  const { status, stderr } = spawnSync(node, argv, { cwd: work, env, encoding: 'utf8' });
  return { status, stderr, place };
};

const written = (place: string) =>
  Object.fromEntries(['home', 'tmp', 'work'].map((name) => [name, readdirSync(join(place, name)).sort()]));

test('a run writes into its folder only, and JavaScript uses no network', () => {
  const { status, stderr, place } = run();
  expect(status, stderr).toBe(0);
  expect(stderr).not.toContain('NETWORK');
  expect(written(place)).toEqual({ home: [], tmp: [], work: ['node_modules', 'run'] });
});

// Native code, too, where the system can watch it.
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

test.runIf(canTrace)('native code uses no network either', () => {
  const trace = join(temporaryFolder(), 'trace');
  const { status, stderr } = run(['strace', '-f', '-o', trace, '-e', 'trace=connect,sendto,sendmsg']);
  expect(status, stderr).toBe(0);
  const lines = readFileSync(trace, 'utf8').split('\n');
  expect(lines.filter((line) => /AF_INET|nscd|resolve/.test(line))).toEqual([]);
});
