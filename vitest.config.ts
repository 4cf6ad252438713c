import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: {
      enabled: true,
      include: ['test/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
      ignoreSourceErrors: true,
    },
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    // The machines that this is made for have two cores, and ONNX Runtime uses threads of its own.
    maxWorkers: 2,
    // Files share a worker's modules: loading tfjs anew for each took half of the time. No test depends on the order:
    // npx vitest run --sequence.shuffle.files --sequence.shuffle.tests
    isolate: false,
  },
});
