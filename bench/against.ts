/**
 * The time of training steps of this tree beside that of another, such as an older commit with its packages installed. Each tree has a
 * process; they take turns A B B A, so that other load affects both alike.
 *
 *     npm run bench:against -- ../before keras-published 64       # folder, preset, batch
 *     npm run bench:against -- ../before quickstart 64 --seconds 90 --steps 10
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { number, times } from './show.js';
import { median } from './timing.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '120' },
    /** In each turn. */
    steps: { type: 'string', default: '1' },
  },
});
const [folder = '', preset = '', batch = ''] = positionals;

/** Starts a tree, warmed up. Each turn returns the milliseconds per image. */
const start = async (tree: string) => {
  const program = fileURLToPath(new URL('./against-tree.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, tree, preset, batch], {
    cwd: tree,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const answer = async (): Promise<string> => {
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [''])]);
    if (line === '') throw new Error(`the process of ${tree} ended`);
    return line;
  };
  await answer();
  return {
    turn: async () => {
      const answered = answer();
      child.stdin.write(`${values.steps}\n`);
      return Number(await answered);
    },
    stop: () => child.kill(),
  };
};

const here = await start(fileURLToPath(new URL('..', import.meta.url)));
const other = await start(resolve(folder));
const own: number[] = [];
const others: number[] = [];
const ratios: number[] = [];
for (const end = Date.now() + 1000 * Number(values.seconds); Date.now() < end; ) {
  const [a, b, c, d] = [await here.turn(), await other.turn(), await other.turn(), await here.turn()];
  own.push(a, d);
  others.push(b, c);
  ratios.push((a + d) / (b + c));
}
here.stop();
other.stop();
console.log(
  `${preset}, batch ${batch}: ${ratios.length} times A B B A, ms/image, min – median: this tree ${number(Math.min(...own))} – ${number(median(own))}, ` +
    `the other ${number(Math.min(...others))} – ${number(median(others))}; this tree takes ${times(median(ratios))} the time (median of the ratios), ` +
    `${times(Math.min(...own) / Math.min(...others))} (minima)`,
);
