/** `npm run bench -- NAME [rows] [--json]` */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { step } from './step.js';

const benchmarks: Readonly<Record<string, (wanted: readonly string[], json: boolean) => Promise<void>>> = { step };

const [name, ...rest] = process.argv.slice(2);
const benchmark = benchmarks[name ?? ''];
if (benchmark === undefined) {
  console.error(`which benchmark? ${Object.keys(benchmarks).join(', ')}`);
  process.exitCode = 2;
} else {
  const json = rest.includes('--json');
  if (!json) {
    const load = loadavg()[0]!.toFixed(1);
    console.log(
      `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, load ${load} at the start`,
    );
  }
  await benchmark(
    rest.filter((word) => word !== '--json'),
    json,
  );
}
