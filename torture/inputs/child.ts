/** Reads damaged inputs in a process of its own, one for each message, and reports what happened. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { randomOf } from '../random.js';
import { checkpointKinds } from './checkpoints.js';
import { configurationKinds } from './configurations.js';
import { dataKinds } from './data-files.js';
import { runKinds } from './runs.js';
import { type InputKind, type Material, problemOfError } from './trial.js';

/** What a read may take beside twice the input: the tiny models, and garbage that is not collected yet. */
const SPARE_BYTES = 256 * 2 ** 20;

const [run = '', data = '', folder = ''] = process.argv.slice(2);
const material: Material = { run, data, folder };
const kinds: Readonly<Record<string, InputKind>> = {
  ...checkpointKinds(material),
  ...configurationKinds(material),
  ...dataKinds(material),
  ...runKinds(material),
};

const total = Object.values(kinds).reduce((sum, { weight }) => sum + weight, 0);

/** A kind, chosen by its weight: `at` in [0, 1). */
const kindAt = (at: number): readonly [string, InputKind] => {
  let left = at * total;
  for (const [name, kind] of Object.entries(kinds)) {
    left -= kind.weight;
    if (left < 0) return [name, kind];
  }
  throw new Error('expected a kind');
};

/** Begins to measure the peak of memory: on Linux anew, elsewhere since the process began. */
const resetPeak = (): void => {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Then a peak below an earlier one is not seen.
  }
};

/** The peak of memory, in bytes. */
const peak = (): number => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  return 1024 * Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
};

const tryOne = async (seed: number, index: number) => {
  const random = randomOf('inputs', seed, index);
  const [name, { trial }] = kindAt(random.below(2 ** 20) / 2 ** 20);
  const { how, bytes, read } = await trial(random);
  // If this process hangs or dies, its parent knows at what.
  process.send?.({ trying: `${name}, ${how}` });
  resetPeak();
  const before = peak();
  const result = await read().catch((thrown: unknown) => {
    const text = thrown instanceof Error ? thrown.stack : String(thrown);
    return E.right(`it threw ${text?.slice(0, 600)}`);
  });
  const grown = peak() - before;
  const problem = E.isLeft(result) ? problemOfError(result.left) : result.right;
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...(grown > 2 * bytes + SPARE_BYTES ? [`it took ${(grown / 2 ** 20).toFixed(0)} MiB for ${bytes} bytes`] : []),
  ].map((text) => `${name}, ${how}: ${text}`);
  return { counts: { inputs: 1, [E.isLeft(result) ? 'errors' : 'values']: 1 }, problems };
};

process.on('message', ({ seed, index }: { readonly seed: number; readonly index: number }) => {
  void tryOne(seed, index).then((outcome) => process.send?.(outcome));
});
