/** One case of a benchmark in this process: `case.ts BENCHMARK CASE`. What it found goes to the process that started it. */
import type { Outcome } from './benchmark.js';
import { benchmarks } from './benchmarks.js';

const [name, which] = process.argv.slice(2);
// Ends with the process that started it, and tells its own children so.
for (const end of ['disconnect', 'SIGINT', 'SIGTERM'] as const) process.on(end, () => process.exit(1));
const outcome: Outcome = await benchmarks[name!]!.cases[which!]!().catch((thrown: unknown) => ({
  failed: thrown instanceof Error ? thrown.message : String(thrown),
}));
// What was compiled may still hold threads.
process.send!(outcome, () => process.exit());
