import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Programs import the library by its name, as `paths` of tsconfig.json resolves it.
    alias: [
      { find: /^vitrail$/, replacement: join(import.meta.dirname, 'src', 'index.ts') },
      { find: /^vitrail\/(.+)$/, replacement: join(import.meta.dirname, 'src', '$1', 'index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // These need what `npm run setup:tfjs-node` sets up: npm run test:tfjs-node
    exclude: [...configDefaults.exclude, '**/*.tfjs-node.test.ts'],
    typecheck: {
      enabled: true,
      include: ['test/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
      ignoreSourceErrors: true,
    },
    // No test depends on what is in the user's own cache.
    env: { VITRAIL_CACHE: join(tmpdir(), 'vitrail-tests', 'no-cache') },
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    // The machines that this is made for have two cores, and ONNX Runtime uses threads of its own.
    maxWorkers: 2,
    // Files share a worker's modules: loading tfjs anew for each took half of the time. No test depends on the order:
    // npx vitest run --sequence.shuffle.files --sequence.shuffle.tests
    isolate: false,
  },
});
