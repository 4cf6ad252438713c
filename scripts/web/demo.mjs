import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts `npm run demo` without npm. `line`: waits for a line like this. */
const start = (...args) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../demo.mjs'), ...args]);
  let text = '';
  const ended = once(child, 'exit').then(([code]) => ({ code, text }));
  const line = (pattern) =>
    new Promise((resolve, reject) => {
      const look = (chunk) => {
        text += chunk;
        const found = pattern.exec(text);
        if (found !== null) resolve(found);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      ended.then(() => reject(new Error(`the demo ended without ${pattern}: ${text}`)));
    });
  return { child, ended, line };
};

/** Serves the page of a run, ends with Ctrl-C, and has one line for a port that is taken or is none. */
export const tryDemo = async (run) => {
  const { child, ended, line } = start('--run', run);
  const [, origin, port] = await line(/open (http:\/\/127\.0\.0\.1:(\d+)) in a browser/);
  assert.match(await (await fetch(origin)).text(), /<title>Vitrail/);
  for (const [given, sentence] of [
    [port, `demo: --port: another program uses port ${port}; without --port, a free one is taken`],
    ['x', 'demo: --port: expected a number up to 65535, got x'],
  ]) {
    const second = start('--run', run, '--port', given);
    await second.line(/demo: .*\n/);
    const { code, text } = await second.ended;
    assert.equal(code, 2);
    assert.deepEqual(
      text.split('\n').filter((one) => one !== '' && !one.includes(run)),
      [sentence],
    );
  }
  child.kill('SIGINT');
  const { code, text } = await ended;
  assert.equal(code, 130);
  assert.doesNotMatch(text, /Error|\s at /);
};
