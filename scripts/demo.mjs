// Trains the quickstart's ViT with SPT and LSA, writes its page, and serves it: npm run demo [-- --run DIR] [--port N]
// With --run, the page of a run that there is already.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './serve.mjs';

const { values } = parseArgs({ options: { run: { type: 'string' }, port: { type: 'string', default: '0' } } });
const folder = mkdtempSync(join(tmpdir(), 'vitrail-demo-'));
const vitrail = (...args) => {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, '../dist/cli/bin.js'), ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};

const run = values.run ?? join(folder, 'run');
if (values.run === undefined) vitrail('train', '--out', run);
vitrail('export', run, '--web', join(folder, 'page'));
const server = await serve(join(folder, 'page'), Number(values.port));
console.log(`\nopen http://127.0.0.1:${server.address().port} in a browser; Ctrl-C ends this server`);
