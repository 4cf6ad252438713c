// Trains the quickstart, writes the page of its ViT with SPT and LSA, and serves it:
//   npm run demo [-- --run DIR] [--port N]
// The run is kept in runs/demo: interrupted, it goes on the next time, and finished, only its page is served. --run: the page of another run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './serve.mjs';

const INTERRUPTED = 130;
const OWN = join('runs', 'demo');

/** Ends with a sentence, without the stack of an error. */
const fail = (message) => {
  console.error(`demo: ${message}`);
  process.exit(2);
};

const options = () => {
  try {
    const { values } = parseArgs({ options: { run: { type: 'string' }, port: { type: 'string', default: '0' } } });
    return values;
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}; expected npm run demo [-- --run DIR] [--port N]`);
  }
};
const { run = OWN, port } = options();
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) fail(`--port: expected a number up to 65535, got ${port}`);

/** Runs a command, which gets Ctrl-C from the terminal by itself, and ends with it unless it succeeds. */
const vitrail = (stdout, ...args) =>
  new Promise((resolve) => {
    const bin = join(import.meta.dirname, '../dist/cli/bin.js');
    // What it says to type is for a checkout.
    const env = { ...process.env, npm_lifecycle_event: 'start' };
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['inherit', stdout, 'inherit'], env });
    child.on('exit', (code, signal) => {
      if (code === INTERRUPTED && run === OWN) console.error('npm run demo goes on from here');
      if (code === 0) resolve();
      else process.exit(signal === 'SIGINT' ? INTERRUPTED : (code ?? 2));
    });
  });

const folder = mkdtempSync(join(tmpdir(), 'vitrail-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const wait = () => {};
process.on('SIGINT', wait);
process.on('SIGTERM', wait);

if (run === OWN && !existsSync(join(OWN, 'report.html'))) {
  const isBegun = existsSync(join(OWN, 'run.json'));
  console.log("Trains the quickstart's ViT with SPT and LSA, which takes about a minute. Ctrl-C stops it.\n");
  await vitrail('inherit', 'train', ...(isBegun ? ['--resume', OWN] : ['--out', OWN]));
}
await vitrail('ignore', 'export', run, '--web', join(folder, 'page'));
const server = await serve(join(folder, 'page'), Number(port)).catch(({ code, message }) =>
  fail(
    code === 'EADDRINUSE' ? `--port: another program uses port ${port}; without --port, a free one is taken` : message,
  ),
);
console.log(`\nopen http://127.0.0.1:${server.address().port} in a browser; Ctrl-C ends this server`);

const end = () => {
  server.close();
  server.closeAllConnections();
  process.exit(INTERRUPTED);
};
process.removeListener('SIGINT', wait).on('SIGINT', end);
process.removeListener('SIGTERM', wait).on('SIGTERM', end);
