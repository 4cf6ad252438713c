import { orThrow } from '../src/core/index.js';
import { leaves } from '../src/core/tree.js';
import { elementAt } from '../src/engine/compiler/graph/lookup.js';
import { batchArguments } from '../src/engine/compiler/sharding/batch-arguments.js';
import { type Lifetime, lifetimes, peakOf } from '../src/engine/compiler/sharding/lifetimes.js';
import { microbatchCount, splitIntoMicrobatches } from '../src/engine/compiler/sharding/microbatches.js';
import { shardGraph } from '../src/engine/compiler/sharding/shard-graph.js';
import { loadTfjs } from '../src/engine/tfjs/load-tfjs.js';
import { number } from './show.js';
import { table } from './table.js';
import { graphOf, type MeasuredPreset, measuredPresets, stepOf } from './training.js';

/** The images of a round: one microbatch more or less changes little. */
const IMAGES = 32;
const LINES = 16;

interface Group {
  readonly bytes: number;
  readonly count: number;
  /** The mean share of a round that its arrays exist. */
  readonly life: number;
}

/** Which arrays of one round of a worker exist at its peak, by operation and shape, the largest groups first. */
const detailOf = (preset: MeasuredPreset): string => {
  const options = { preset, batch: 2 * IMAGES, dropout: true };
  const { hosts } = stepOf(options);
  const { batch, positions } = elementAt(
    batchArguments(hosts).filter((each) => each.batch === options.batch),
    0,
  );
  const sharded = shardGraph(graphOf(options), leaves(hosts).length, positions, batch);
  if (sharded === undefined) return `${preset}: cannot be divided`;
  const whole = sharded.shard(IMAGES);
  const shard = splitIntoMicrobatches(whole, IMAGES, microbatchCount(whole, IMAGES));
  const all = lifetimes(shard, shard.order);
  const steps = Math.max(...all.map(({ to }) => to));
  const { bytes, arrays } = peakOf(all);
  const groups = new Map<string, Lifetime[]>();
  for (const array of arrays) {
    const key = `${array.node.operation.op} [${array.node.shape}]`;
    groups.set(key, [...(groups.get(key) ?? []), array]);
  }
  const rows = [...groups]
    .map(([key, own]): readonly [string, Group] => [
      key,
      {
        bytes: own.reduce((sum, each) => sum + each.bytes, 0),
        count: own.length,
        life: own.reduce((sum, { from, to }) => sum + (to - from) / steps, 0) / own.length,
      },
    ])
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .slice(0, LINES)
    .map(([key, { bytes: sum, count, life }]) => [
      key,
      `${count}`,
      number(sum / 2 ** 20),
      `${(100 * life).toFixed(0)} %`,
    ]);
  return [
    `${preset}: at its peak, a round of ${IMAGES} images keeps ${number(bytes / 2 ** 20)} MiB in each worker`,
    '',
    table(['array', 'count', 'MiB', 'life, of the round'], rows),
  ].join('\n');
};

/** What is kept, by size and life, for the presets that are among the words, or all. */
export const memoryDetail = async (words: readonly string[]): Promise<string> => {
  await orThrow(loadTfjs);
  const chosen = measuredPresets.filter((preset) => words.length === 0 || words.includes(preset));
  return chosen.map(detailOf).join('\n\n');
};
