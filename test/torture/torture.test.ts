/** The batteries find what they look for. `npm run torture` runs them. */
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderStore } from '../../src/experiment/node/index.js';
import { misbehaviour, start } from '../../torture/command.js';
import { damageBytes } from '../../torture/inputs/damage-bytes.js';
import { damageJson } from '../../torture/inputs/damage-json.js';
import { problemOfError } from '../../torture/inputs/trial.js';
import { randomOf } from '../../torture/random.js';
import { runBattery } from '../../torture/run-battery.js';
import { differences } from '../../torture/same-run.js';
import { runIn } from '../experiment/tiny-experiment.js';
import { temporaryFolder } from '../support/tiny-run.js';

test('a case depends on the battery, the seed and its number only', () => {
  const choices = (battery: string, seed: number, index: number) => {
    const { below } = randomOf(battery, seed, index);
    return Array.from({ length: 8 }, () => below(1000));
  };
  expect(choices('kills', 1, 2)).toEqual(choices('kills', 1, 2));
  for (const other of [choices('disk', 1, 2), choices('kills', 2, 2), choices('kills', 1, 3)])
    expect(other).not.toEqual(choices('kills', 1, 2));
});

test('damage is of many kinds, and changes what it damages', () => {
  const bytes = Uint8Array.from({ length: 500 }, (_, i) => i % 251);
  const config = { kind: 'vit', sizes: [1, 2, 3], deep: { er: { value: 0.5 } } };
  const damaged = Array.from({ length: 300 }, (_, i) => damageBytes(bytes, randomOf('bytes', 1, i)));
  expect(new Set(damaged.map(({ how }) => how)).size).toBeGreaterThan(10);
  const changed = damaged.filter((one) => !Buffer.from(one.bytes).equals(bytes));
  expect(changed.length).toBeGreaterThan(270);
  const texts = Array.from({ length: 300 }, (_, i) => damageJson(config, randomOf('json', 1, i)).text);
  expect(new Set(texts).size).toBeGreaterThan(150);
  expect(texts.some((text) => text.includes('[[[[[[[[[['))).toBe(true);
  expect(texts.some((text) => /1e\+308/.test(text))).toBe(true);
});

describe('two runs', () => {
  const pair = async () => {
    const [one, other] = [join(temporaryFolder(), 'run'), join(temporaryFolder(), 'run')];
    await runIn({ store: folderStore(one) });
    cpSync(one, other, { recursive: true });
    return { one, other, file: (name: string) => join(other, name) };
  };

  test('are the same but for seconds, and different in any other bit', async () => {
    const { one, other, file } = await pair();
    expect(await differences(one, other)).toEqual([]);
    const metrics = readFileSync(file('metrics.jsonl'), 'utf8');
    writeFileSync(file('metrics.jsonl'), metrics.replaceAll(/"seconds":[^,}]+/g, '"seconds":77'));
    expect(await differences(one, other)).toEqual([]);
    writeFileSync(file('metrics.jsonl'), metrics.replace(/"loss":\d/, '"loss":9'));
    expect((await differences(one, other))[0]).toContain('metrics.jsonl has other bits');
  });

  test('differ where a file is missing, or one too many is left', async () => {
    const { one, other, file } = await pair();
    writeFileSync(file('vanilla.safetensors.tmp'), '');
    expect((await differences(one, other))[0]).toContain('vanilla.safetensors.tmp');
    rmSync(file('vanilla.safetensors.tmp'));
    rmSync(file('report.html'));
    expect((await differences(one, other))[0]).toContain('expected the files');
    appendFileSync(file('report.html'), 'x');
    expect(await differences(one, other)).toEqual([]);
  });
});

test('stack traces and crashes are noticed', async () => {
  const ended = (code: string) => start([process.execPath, '--eval', code]).ended.then(misbehaviour);
  expect(await ended('console.error("an error: sorry"); process.exit(2)')).toEqual([]);
  expect((await ended('undefined.x'))[0]).toContain('stack trace');
  expect((await ended('process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 9999)'))[0]).toContain('SIGSEGV');
});

test('an error is a tag and a sentence', () => {
  expect(problemOfError({ _tag: 'DataError', message: 'x: expected a file, got none' })).toBeUndefined();
  expect(problemOfError(new Error('oh'))).toContain('without a tag');
  expect(problemOfError({ _tag: 'DataError', message: 'Invalid array length' })).toContain('leaks');
});

test('a battery counts its units, and prints how to repeat a failure', async () => {
  const lines: string[] = [];
  const failed = await runBattery(
    'example',
    {
      about: 'an example',
      unit: 'tries',
      count: { full: 1, short: 1 },
      parallel: 1,
      open: async () => ({
        run: async ({ index }) => ({ counts: { tries: 2 }, problems: index === 1 ? ['it is odd'] : [] }),
      }),
    },
    { seed: 5, count: 6, print: (line) => lines.push(line) },
  );
  expect(failed).toBe(1);
  expect(lines.slice(0, 2)).toEqual(['example 1: it is odd', '  repeat: npm run torture -- example --seed 5 --only 1']);
  expect(lines.at(-1)).toMatch(/^example, seed 5: 6 tries, 1 failure; \d+ s$/);
});
