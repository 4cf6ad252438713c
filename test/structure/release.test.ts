/** The next version, made in a copy of what it changes. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/tiny-run.js';

const CHANGED = ['.changeset', 'package.json', 'CHANGELOG.md', 'CITATION.cff', 'README.md', 'src/version.ts'];

test('npm run next-version writes the number and the changelog from the files in .changeset', () => {
  const folder = temporaryFolder();
  for (const path of [...CHANGED, 'scripts/next-version.mjs']) cpSync(path, join(folder, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, '.changeset', 'one.md'), '---\n"vitrail": minor\n---\n\nOne change.\n');
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  const run = (command: string, ...argv: readonly string[]) => {
    const { status, stderr, stdout } = spawnSync(command, argv, { cwd: folder, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    return stdout;
  };
  run('git', 'init', '--quiet', '--initial-branch=main');
  run('git', 'add', '.');
  run('git', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'one');

  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const versionOf = (): string => JSON.parse(read('package.json')).version;
  const [major, minor] = versionOf().split('.').map(Number);
  const next = `${major}.${(minor ?? 0) + 1}.0`;
  const before = read('CHANGELOG.md').replace('# Changelog\n', '').replace('\n## Unreleased\n', '').trim();
  expect(run('npm', 'run', '--silent', 'next-version')).toContain(next);

  expect(versionOf()).toBe(next);
  expect(read('src/version.ts')).toContain(`'${next}'`);
  expect(read('CITATION.cff')).toContain(`\nversion: ${next}\n`);
  expect(read('README.md')).toContain(`vitrail-${next}.tgz`);
  const changelog = read('CHANGELOG.md');
  expect(changelog).toMatch(new RegExp(`^# Changelog\n\n## ${next}\n`));
  expect(changelog).toMatch(/- .*One change\./);
  expect(changelog).toContain(before);
  expect(changelog).not.toContain('Unreleased');
});
