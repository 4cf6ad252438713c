import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `npm run test:tfjs-node`: what is written for tfjs-node, and every law that loops over the engines, with those on
// tfjs-node in their table.
const TABLE = '/support/engine-table.js';
const overTheTable = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((file) => join('test', file))
  .filter((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes(TABLE));

export default defineConfig({
  test: {
    include: ['test/**/*.tfjs-node.test.ts', ...overTheTable],
    alias: [
      {
        find: new RegExp(`^.*${TABLE}$`),
        replacement: fileURLToPath(new URL('test/engine/native/engine-table.ts', import.meta.url)),
      },
    ],
    setupFiles: ['test/setup.ts', 'test/engine/native/collected.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    isolate: false,
  },
});
