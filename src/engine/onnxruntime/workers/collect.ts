import { sizeOf } from '../../../core/axes.js';
import type { HostTensor } from '../../../core/host-tensor.js';
import { elementAt } from '../../compiler/graph/lookup.js';
import { newData } from '../buffer-pool.js';
import type { Piece } from '../outputs.js';
import { type Rank, rangeOf, type ShardResult } from './messages.js';
import type { ThreadMemory } from './thread-memory.js';

type Data = HostTensor['data'];

/** Gathers a partial result over the rounds of a worker. */
export interface Collector {
  /** Where the first round writes a sum, piece by piece. */
  readonly targets: readonly Data[];
  /** Takes what a round computed, piece by piece, before the next one overwrites it. Rounds come in order. */
  readonly take: (pieces: readonly Data[], firstImage: number, isFirstRound: boolean) => void;
  /** Exchanges the result after the last round, and returns what the engine wants of it. */
  readonly finish: () => readonly Data[];
}

/** The collector of a result that has these pieces in the first round. */
export const collector = (
  result: ShardResult,
  pieces: readonly Piece[],
  rank: Rank,
  memory: ThreadMemory,
): Collector =>
  result.combination === 'sum' ? sumCollector(result, pieces, rank, memory) : concatenation(result, memory);

const sumCollector = (
  { dtype, returned, exchange }: ShardResult,
  pieces: readonly Piece[],
  rank: Rank,
  memory: ThreadMemory,
): Collector => {
  const sum = pieces.map(({ shape }) => newData(dtype, sizeOf(shape)));
  return {
    targets: sum,
    take: (made, _, isFirstRound) => {
      if (isFirstRound) return;
      for (const [i, piece] of sum.entries()) addTo(piece, elementAt(made, i));
    },
    finish: () => {
      if (exchange !== undefined) {
        // All but this worker's own range, which it computes on itself.
        const target = memory.at(elementAt(exchange, rank.index));
        for (const [i, { offset }] of pieces.entries()) {
          const data = elementAt(sum, i);
          const [start, end] = rangeOf(data.length, rank);
          target.set(data.subarray(0, start), offset);
          target.set(data.subarray(end), offset + end);
        }
      }
      return returned ? [joined(dtype, sum)] : [];
    },
  };
};

const concatenation = ({ dtype, returned, factor }: ShardResult, memory: ThreadMemory): Collector => {
  let parts: readonly Data[] = [];
  return {
    targets: [],
    take: (made, firstImage, isFirstRound) => {
      if (factor !== undefined) {
        let at = factor.perImage * firstImage;
        for (const piece of made) {
          memory.at(factor.shared).set(piece, at);
          at += piece.length;
        }
      }
      if (returned) parts = [...(isFirstRound ? [] : parts), joined(dtype, made)];
    },
    finish: () => parts,
  };
};

const addTo = (sum: Data, next: Data): void => {
  for (let i = 0; i < sum.length; i++) sum[i]! += next[i]!;
};

// A copy, which is sent away.
const joined = (dtype: HostTensor['dtype'], pieces: readonly Data[]): Data => {
  const whole = newData(
    dtype,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};
