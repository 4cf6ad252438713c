import { expect, test } from 'vitest';
import { callerOf } from '../../src/engine/internal/caller.js';

const root = new URL('../..', import.meta.url);
const inPackage = (path: string): string => new URL(path, root).pathname;

const thrownAt = (...places: readonly string[]): Error =>
  Object.assign(new Error('x'), {
    stack: ['Error: x', ...places.map((place) => `    at f (${place}:3:4)`)].join('\n'),
  });

test.each([
  ['compiled', 'dist/engine/internal/refusal.js'],
  ['with source maps', 'src/engine/internal/refusal.ts'],
])('the caller is neither the engine, %s, nor tfjs', (_, own) => {
  const thrown = thrownAt(
    inPackage(own),
    `file://${inPackage(own)}`,
    '/home/a/node_modules/@tensorflow/tfjs-core/dist/ops/add.js',
    '/home/a/tfjs-core/src/engine.ts',
    'node:internal/process',
    'file:///home/a%20b/my-tfjs-models/layer.ts',
    '/home/a/main.ts',
  );
  expect(callerOf(thrown)).toBe('/home/a b/my-tfjs-models/layer.ts:3:4');
});

test('a path is read as it is, an address is decoded', () => {
  expect(callerOf(thrownAt('/home/100%/main.ts'))).toBe('/home/100%/main.ts:3:4');
  expect(callerOf(thrownAt('file:///home/100%25/main.ts'))).toBe('/home/100%/main.ts:3:4');
});

test('a layer of this library is a caller, a law is none, and neither is nobody', () => {
  expect(callerOf(thrownAt(inPackage('src/layers/linear.ts')))).toBe(`${inPackage('src/layers/linear.ts')}:3:4`);
  expect(callerOf(thrownAt(inPackage('src/laws/layer/gradients.ts'), '/home/a/main.ts'))).toBeUndefined();
  expect(callerOf(thrownAt())).toBeUndefined();
});
