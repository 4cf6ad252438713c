import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The packages that a module loads, directly or through the modules that it imports. */
const packages = (module: URL, seen = new Set<string>()): readonly string[] => {
  if (seen.has(module.href)) return [];
  seen.add(module.href);
  const source = readFileSync(module, 'utf8');
  const names = [...source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)].map(([, name]) => name!);
  return names.flatMap((name) =>
    name.startsWith('.') ? packages(new URL(name.replace(/\.js$/, '.ts'), module), seen) : [name],
  );
};
const from = (path: string): readonly string[] => packages(new URL(`../../src/${path}`, import.meta.url));

test('host draws and fused kernels load no packages, since worker threads start with them', () => {
  expect(from('core/draws.ts')).toContain('@tensorflow/tfjs-core');
  expect(from('core/host-draws.ts')).toEqual([]);
  expect(from('engine/compiler/fused-kernels/load-fused-kernel.ts')).toEqual([]);
  // With tfjs in every worker, garbage collections took twice as long and a step was 3 % slower.
  expect(from('engine/onnxruntime/workers/worker.ts')).not.toContain('@tensorflow/tfjs-core');
});
