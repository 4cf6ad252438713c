import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Battery } from './battery.js';
import { type Ended, misbehaviour, showEnd, start } from './command.js';
import { tinyRuns } from './tiny-run.js';

type Words = readonly [string, ...string[]];

/** A way to give a process too little space. */
interface SmallDisk {
  readonly note: string;
  /** The words that run `words`, which write into `out`, with this many KiB of space. */
  readonly words: (kibibytes: number, out: string, words: Words) => Words;
}

const mounting = ['mount -t tmpfs -o size=$1k none "$2" || exit 99', 'mkdir "$3"', 'shift 3'];

/** A small file system of its own, which only this process sees. The folder is copied out of it afterwards, where there is room. */
const tmpfs = (unshare: Words): SmallDisk => ({
  note: `small file systems in memory, by ${unshare.join(' ')}`,
  words: (kibibytes, out, words) => {
    const script = [...mounting, '"$@"', 'code=$?', 'cp -a "$COPIED" "$COPY"', 'exit $code'].join('\n');
    const [disk, inside] = [`${out}-disk`, join(`${out}-disk`, 'run')];
    mkdirSync(disk);
    const moved = words.map((word) => (word === out ? inside : word));
    const copying = ['env', `COPIED=${inside}`, `COPY=${out}`];
    return [...unshare, ...copying, 'bash', '-c', script, 'bash', `${kibibytes}`, disk, inside, ...moved];
  },
});

/** No file may be larger, as where a quota is used up. Node ignores the signal and gets an error. */
const fileLimit: SmallDisk = {
  note: 'small files only, by ulimit -f',
  words: (kibibytes, _, words) => ['bash', '-c', 'ulimit -f $1; shift; exec "$@"', 'bash', `${kibibytes}`, ...words],
};

const works = ([program, ...argv]: Words, folder: string): boolean =>
  spawnSync(program, [...argv, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', folder]).status === 0;

/** The ways that this machine lets us use: a file system, as root or as anybody, and a limit. */
const smallDisks = (folder: string): readonly [SmallDisk, ...SmallDisk[]] => {
  const ways: readonly Words[] = [
    ['unshare', '--mount'],
    ['unshare', '--user', '--map-root-user', '--mount'],
  ];
  const way = ways.find((words) => works(words, folder));
  return way === undefined ? [fileLimit] : [tmpfs(way), fileLimit];
};

/** A run ends as if there were enough space, or says that there is not. */
const isRightEnd = ({ code, error }: Ended): boolean =>
  code === 0 || (code === 2 && /disk is full|space|too large/.test(error));

/** Runs on disks that are too small, at every size from nothing to enough, and resumes where there is room. */
export const disk: Battery = {
  about:
    'runs on a full disk; each ends with a message that says so, and what it saved can be resumed to the same bits',
  unit: 'disks',
  count: { full: 60, short: 2 },
  parallel: 2,
  open: async (folder) => {
    const runs = await tinyRuns();
    const ways = smallDisks(folder);
    const bytes = readdirSync(runs.whole).reduce((sum, name) => sum + statSync(join(runs.whole, name)).size, 0);
    const enough = Math.ceil((1.5 * bytes) / 1024);
    return {
      note: ways.map(({ note }) => note).join('; '),
      run: async ({ index, random }) => {
        const out = join(folder, `run-${index}`);
        const size = 4 + random.below(enough);
        const { words } = random.pick(ways);
        const end = await start(words(size, out, runs.next(out))).ended;
        const problems = [
          ...misbehaviour(end),
          ...(isRightEnd(end) ? [] : [`it ended with ${showEnd(end)}`]),
          ...(await runs.finish(out)),
        ];
        return {
          counts: { disks: 1, [end.code === 0 ? 'large enough' : 'full']: 1 },
          problems: problems.map((problem) => `with ${size} KiB: ${problem}`),
        };
      },
    };
  },
};
