/**
 * What a call will need, before it is compiled, and from this the number of rounds. Both follow from the graph, the number of threads and
 * the budget only, so that they are the same whenever a run is repeated.
 *
 * @module
 */
import * as E from 'fp-ts/lib/Either.js';
import { gigabytes } from '../../core/gigabytes.js';
import { entries, leaves } from '../../core/tree.js';
import type { TracedCall } from '../compiled/back-end.js';
import { liveNodes } from '../compiler/graph/graph.js';
import type { Node } from '../compiler/graph/node.js';
import { bytesOf, lifetimes, peakOf } from '../compiler/sharding/lifetimes.js';
import { microbatchSize, splitIntoMicrobatches } from '../compiler/sharding/microbatches.js';
import { recompute } from '../compiler/sharding/recompute.js';
import { largestShare, sizeOfRounds } from '../compiler/sharding/rounds.js';
import type { ShardedGraph } from '../compiler/sharding/shard-graph.js';
import { type EngineError, type ExpectedMemory, engineError, type Value } from '../engine.js';
import type { MemoryBudget } from './memory-budget.js';
import { splitRemainder } from './workers/split-remainder.js';

/** A process with tfjs, the runtime and the sessions of a run, but without its arrays. Measured. */
const PROCESS = 300e6;
/** The same for each worker thread. */
const THREAD = 80e6;
/** The C library cannot use all memory between blocks. Measured. */
const FRAGMENTATION = 1.1;
/** Smaller rounds, in images of a thread, are slow, since each reads the weights of the head again. */
const SMALLEST_FAST_ROUND = 16;
/** Larger rounds are no faster, but the session of each worker grows with the microbatches: 1.5 MB and 25 ms for each. */
const MOST_MICROBATCHES = 16;

export interface MemoryPlan extends ExpectedMemory {
  /** The images of a round. */
  readonly size: number;
}

/** Rounds leave the rest of the budget to what a run needs beside its steps: checkpoints, evaluations, a smaller last batch. */
const ROOM = 0.85;

type Described = Pick<Node, 'shape' | 'dtype'>;

const total = (arrays: readonly Described[]): number => arrays.reduce((sum, array) => sum + bytesOf(array), 0);

/** The expected peak and the rounds of a call, which is sharded among `threads` if it can be. An error if it cannot fit. */
export const planMemory = (
  traced: TracedCall,
  sharded: ShardedGraph | undefined,
  threads: number,
  budget: MemoryBudget,
): E.Either<EngineError, MemoryPlan> => {
  const outside = PROCESS + bytesOfValues(traced);
  if (sharded === undefined) {
    const bytes = outside + FRAGMENTATION * peakOf(lifetimes(traced.graph)).bytes;
    return bytes <= budget.limit
      ? E.right({ bytes, rounds: 1, size: Number.POSITIVE_INFINITY })
      : E.left(tooLarge(bytes, budget, UNDIVIDED));
  }
  const share = largestShare(sharded.batch, threads);
  const fixed = outside + threads * THREAD + bytesOfExchange(traced, sharded, threads);
  const bytesOfImages = bytesByImages(sharded);
  // A smaller last round has a session of its own, which keeps its memory, too.
  const bytesFor = (images: number): number => {
    const last = share % images;
    return fixed + threads * FRAGMENTATION * (bytesOfImages(images) + (last > 0 ? bytesOfImages(last) : 0));
  };
  const microbatch = microbatchSize(sharded.shard(1));
  for (let rounds = 1; rounds <= share; rounds++) {
    const size = sizeOfRounds(share, rounds, rounds < share ? microbatch : 1);
    const bytes = bytesFor(size);
    if (size > MOST_MICROBATCHES * microbatch) continue;
    const target = rounds === 1 ? budget.target : ROOM * budget.target;
    if (bytes <= target || (size <= SMALLEST_FAST_ROUND && bytes <= budget.limit))
      return E.right({ bytes, rounds: Math.ceil(share / size), size });
  }
  return E.left(tooLarge(bytesFor(1), budget, DIVIDED));
};

// Arguments are with the engine and on the host, as the start, a batch or a checkpoint. Donated ones become the results.
const bytesOfValues = ({ graph, args, donate }: TracedCall): number => {
  const values = entries<Value>(args);
  const donated = values.filter(([[name]]) => name !== undefined && donate.includes(name)).map(([, value]) => value);
  return 2 * total(values.map(([, value]) => value)) + Math.max(0, total(graph.outputs) - total(donated));
};

// What workers share and copy, and what the engine's own thread computes with it.
const bytesOfExchange = ({ args }: TracedCall, sharded: ShardedGraph, threads: number): number => {
  const { partialUses, products, mainGraph } = splitRemainder(sharded, leaves(args).length);
  const partials = sharded.remainder.inputs.slice(-sharded.combinations.length).map(({ node }) => node);
  const at = (positions: Iterable<number | undefined>): readonly Node[] =>
    [...new Set(positions)].flatMap((i) => (i === undefined ? [] : (partials[i] ?? [])));
  const shard = sharded.shard(1);
  const used = new Set(liveNodes(shard));
  const whole = shard.inputs.filter(({ node, range }) => used.has(node) && range === undefined);
  return (
    threads * total(whole.map(({ node }) => node)) +
    2 * threads * total(at(partialUses.exchanged)) +
    total(at(partialUses.products.flat())) +
    threads * total(products.flatMap(({ inputs }) => inputs.slice(1))) +
    2 * total(at(partialUses.returned)) +
    peakOf(lifetimes(mainGraph)).bytes
  );
};

/*
 * Each image is a microbatch here. Larger ones need little more, since most of it is kept for the backward pass. Results are counted as if
 * they were there all the time, so that the sum of two images and of one differ by what an image needs.
 */
const bytesOfRound = (sharded: ShardedGraph, images: number): number => {
  const shard = recompute(splitIntoMicrobatches(sharded.shard(images), images, images));
  const feeds = shard.inputs.filter(({ range }) => range !== undefined).map(({ node }) => node);
  const results = new Set(shard.outputs);
  const others = lifetimes(shard, shard.order).filter(({ node }) => !results.has(node));
  return total(feeds) + total([...results]) + peakOf(others).bytes;
};

// The bytes of a round by its images: each adds the same number.
const bytesByImages = (sharded: ShardedGraph): ((images: number) => number) => {
  const [one, two] = [bytesOfRound(sharded, 1), bytesOfRound(sharded, 2)];
  return (images) => one + (images - 1) * (two - one);
};

const DIVIDED = 'even in rounds of one image for each thread: use fewer threads, a smaller model or smaller images';
const UNDIVIDED = 'and cannot be divided along a batch: use a smaller batch, a smaller model or smaller images';

const tooLarge = (bytes: number, { limit, origin }: MemoryBudget, why: string): EngineError =>
  engineError(
    'memory',
    `this call needs about ${gigabytes(bytes)}, but ${origin} is ${gigabytes(limit)}; it needs that much ${why}, or raise the budget (--memory, jit({ memory }))`,
  );
