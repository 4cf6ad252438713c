// Tries the snippets of docs/laws.md in a project that has the packed library, under node's own test runner and under jest: the laws of a right
// layer hold, and one law of a wrong layer does not.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const blocks = (language) =>
  [...readFileSync('docs/laws.md', 'utf8').matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , name]) => name === language)
    .map(([, indent, , text]) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));

const [right, wrongLayer] = blocks('ts');
const [environment] = blocks('js');
const wrong = `${wrongLayer.replace('type AnyLayer, ', '').replace(': AnyLayer', '')}
import { test } from 'node:test';
import { shape } from 'vitrail';
import { layerLaws } from 'vitrail/laws';
for (const law of layerLaws({ layer: centred, input: shape(['batch', 'feature'], [2, 6]) })) test(law.name, () => law.check());
`;
const withoutImport = (text) => text.replace(/import \{ test \} from 'node:test';.*/, '');

/** How many tests passed and failed, as a runner says, and what it printed. */
const counts = (text, passed, failed) => ({
  passed: Number(passed.exec(text)?.[1] ?? 0),
  failed: Number(failed.exec(text)?.[1] ?? 0),
  text,
});

/** Throws unless all laws of the right layer hold and exactly one of the wrong layer does not. Returns a line for each runner. */
export const tryLaws = (folder) => {
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write('right.laws.mjs', right);
  write('wrong.laws.mjs', wrong);
  write('right.test.js', withoutImport(right));
  write('wrong.test.js', withoutImport(wrong));
  write('jest-environment.mjs', environment);
  const run = (command, args) => {
    const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' };
    const { stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
    return stdout + stderr;
  };
  const runners = {
    'node:test': (name) =>
      counts(run('node', ['--test', '--test-reporter=tap', `${name}.laws.mjs`]), /^# pass (\d+)/m, /^# fail (\d+)/m),
    jest: (name) =>
      counts(
        run('npx', ['jest', '--testEnvironment', './jest-environment.mjs', `${name}.test.js`]),
        /^Tests:.* (\d+) passed/m,
        /^Tests:.* (\d+) failed/m,
      ),
  };
  return Object.entries(runners).map(([runner, tried]) => {
    const [good, bad] = [tried('right'), tried('wrong')];
    const isRight = good.passed > 10 && good.failed === 0;
    const isFound =
      bad.failed === 1 && bad.text.includes("the law 'the elements of a batch are independent' does not hold");
    if (!isRight || !isFound) throw new Error(`the laws under ${runner}:\n${good.text}\n${bad.text}`);
    return `laws under ${runner}: ${good.passed} hold for linear; of a wrong layer ${bad.failed} does not`;
  });
};
