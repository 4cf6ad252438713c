/** What users install with this package. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/tiny-run.js';

interface Package {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock: { readonly packages: Readonly<Record<string, Package>> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

const script = (name: string, ...argv: readonly string[]) =>
  spawnSync(process.execPath, [`scripts/${name}.mjs`, ...argv], { encoding: 'utf8' });

const written = (value: unknown): string => {
  const path = join(temporaryFolder(), 'file.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
};

test('no package has an address of its own, so npm takes it from its registry, and every one has a checksum', () => {
  expect(packages.length).toBeGreaterThan(100);
  for (const [path, { resolved, integrity }] of packages) {
    expect(resolved, path).toBeUndefined();
    expect(integrity, path).toMatch(/^sha512-/);
  }
});

test('no install script is run, and what users install has two that nothing here needs', () => {
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
  const scripted = packages.filter(([, one]) => one.hasInstallScript && !one.dev && !one.devOptional);
  expect(scripted.map(([path]) => path)).toEqual(['node_modules/core-js', 'node_modules/onnxruntime-node']);
});

describe('licences', () => {
  test('of everything that users install are allowed', () => {
    const { status, stdout, stderr } = script('licences');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^Apache-2\.0 \(\d+\): .*@tensorflow\/tfjs 4\.22\.0/m);
  });

  test.each(['GPL-3.0-only', '(MIT AND GPL-2.0)', undefined])('%s is not', (license) => {
    const { status, stderr } = script(
      'licences',
      written({ packages: { 'node_modules/one': { version: '1', license } } }),
    );
    expect(status).toBe(1);
    expect(stderr).toContain('of one 1');
  });

  test('what is for development only does not count', () => {
    const development = { version: '1', license: 'GPL-3.0-only', dev: true };
    expect(script('licences', written({ packages: { 'node_modules/one': development } })).status).toBe(0);
  });
});

describe('the audit', () => {
  const advisory = {
    name: 'one',
    range: '<2',
    title: 'something bad',
    severity: 'high',
    url: 'https://github.com/advisories/GHSA-xxxx-xxxx-xxxx',
  };

  test('fails at an advisory', () => {
    const { status, stderr } = script('audit', written({ vulnerabilities: { one: { via: [advisory, 'two'] } } }));
    expect(status).toBe(1);
    expect(stderr).toContain('one <2: something bad (high)');
  });

  test('passes without one, and says so where the registry has none to offer', () => {
    expect(script('audit', written({ vulnerabilities: {} })).stdout).toContain('0 advisories');
    const { status, stdout } = script('audit', written({ message: '405 Method Not Allowed' }));
    expect(status).toBe(0);
    expect(stdout).toContain('no audit: the registry answers "405 Method Not Allowed"');
  });
});
