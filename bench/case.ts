/** Runs one case of a benchmark, `case.ts BENCHMARK CASE`, and sends its outcome to the parent process. */
import type { Outcome } from './benchmark.js';
import { benchmarks } from './benchmarks.js';

const [name, which] = process.argv.slice(2);
// End with the parent process. Exiting runs the handlers that stop child processes.
for (const end of ['disconnect', 'SIGINT', 'SIGTERM'] as const) process.on(end, () => process.exit(1));
const outcome: Outcome = await benchmarks[name!]!.cases[which!]!().catch((thrown: unknown) => ({
  failed: thrown instanceof Error ? thrown.message : String(thrown),
}));
// Compiled functions may still hold worker threads.
process.send!(outcome, () => process.exit());
