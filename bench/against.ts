/**
 * The time of training steps of this tree beside that of another, such as an older commit with its packages installed. Each tree has a
 * process; they take turns A B B A, so that other load affects both alike. Processor time depends on it less than elapsed time.
 *
 *     npm run bench:against -- ../before keras-published 64       # folder, preset, batch
 *     npm run bench:against -- ../before quickstart 64 --seconds 90 --steps 10
 */
import { spawn } from 'node:child_process';
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

/** Milliseconds per image: elapsed, and of processor time. */
type Turn = readonly [elapsed: number, processor: number];

/** Starts a tree, warmed up. */
const start = async (tree: string) => {
  const program = fileURLToPath(new URL('./against-tree.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, tree, preset, batch], {
    cwd: tree,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`the process of ${tree} ended`);
    return value;
  };
  await answer();
  return {
    turn: async (): Promise<Turn> => {
      child.stdin.write(`${values.steps}\n`);
      const [elapsed = '', processor = ''] = (await answer()).split(' ');
      return [Number(elapsed), Number(processor)];
    },
    stop: () => child.kill(),
  };
};

const here = await start(fileURLToPath(new URL('..', import.meta.url)));
const other = await start(resolve(folder));
const turns: (readonly [Turn, Turn, Turn, Turn])[] = [];
for (const end = Date.now() + 1000 * Number(values.seconds); Date.now() < end; ) {
  turns.push([await here.turn(), await other.turn(), await other.turn(), await here.turn()]);
}
here.stop();
other.stop();
const compared = (what: string, of: (turn: Turn) => number): string => {
  const all = turns.map(([a, b, c, d]) => ({ own: [of(a), of(d)], others: [of(b), of(c)] }));
  const [own, others] = [all.flatMap((each) => each.own), all.flatMap((each) => each.others)];
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const range = (numbers: readonly number[]): string =>
    `${number(Math.min(...numbers))} – ${number(median([...numbers]))}`;
  return (
    `  ${what}: this tree ${range(own)}, the other ${range(others)}, ratio ${times(Math.min(...own) / Math.min(...others))} (minima), ` +
    `${times(median(all.map((each) => sum(each.own) / sum(each.others))))} (median of the turns)`
  );
};
console.log(`${preset}, batch ${batch}, ${turns.length} times A B B A; ms/image, min – median:`);
console.log(compared('elapsed', ([elapsed]) => elapsed));
console.log(compared('processor', ([, processor]) => processor));
