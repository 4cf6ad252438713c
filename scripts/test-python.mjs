// Checks exported models in Python's onnx and onnxruntime, and the snippets of docs/export.md: npm run test:python
// Needs python3 with venv, and PyPI.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'vitrail-python-'));
const run = (program, ...args) => execFileSync(program, args, { cwd: root, stdio: 'inherit' });
try {
  run('python3', '-m', 'venv', join(folder, 'venv'));
  const python = join(folder, 'venv', 'bin', 'python');
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'onnx', 'onnxruntime', 'safetensors');
  mkdirSync(join(folder, 'cases'));
  run(join(root, 'node_modules/.bin/tsx'), 'test/python/cases.ts', join(folder, 'cases'));
  run(python, 'test/python/check.py', join(folder, 'cases'), 'docs/export.md');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
