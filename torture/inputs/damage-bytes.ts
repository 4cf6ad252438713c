import type { Random } from '../random.js';

/** Bytes with a word about what was done to them. */
export interface Damaged {
  readonly how: string;
  readonly bytes: Uint8Array;
}

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const randomBytes = ({ below }: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

/** Damage is often near the beginning, where headers are. */
const position = ({ below, chance }: Random, length: number): number =>
  below(Math.max(1, chance(0.5) ? Math.min(length, 64) : length));

const changed = (bytes: Uint8Array, at: number, patch: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy.set(patch.subarray(0, Math.max(0, copy.length - at)), at);
  return copy;
};

const giants = [0xff, 0x7f, 0x80, 0x00] as const;

const damages: Readonly<Record<string, Damage>> = {
  'bits flipped': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    for (let i = random.below(8); i >= 0; i--) {
      const at = position(random, copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  'cut at the end': (bytes, random) => bytes.slice(0, position(random, bytes.length)),
  'cut at the beginning': (bytes, random) => bytes.slice(position(random, bytes.length)),
  'cut in the middle': (bytes, random) => {
    const at = position(random, bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(100)));
  },
  doubled: (bytes) => join(bytes, bytes),
  zeroed: (bytes, random) =>
    changed(bytes, position(random, bytes.length), new Uint8Array(1 + random.below(bytes.length + 1))),
  swapped: (bytes, random) => {
    const [length, from, to] = [1 + random.below(16), position(random, bytes.length), position(random, bytes.length)];
    const [one, other] = [bytes.slice(from, from + length), bytes.slice(to, to + length)];
    return changed(changed(bytes, from, other), to, one);
  },
  'a giant number': (bytes, random) => {
    const width = random.pick([2, 4, 8]);
    const number = new Uint8Array(width).fill(0xff);
    number[random.pick([0, width - 1])] = random.pick(giants);
    return changed(bytes, width * Math.floor(position(random, bytes.length) / width), number);
  },
  'bytes inserted': (bytes, random) => {
    const at = position(random, bytes.length);
    return join(bytes.subarray(0, at), randomBytes(random, 1 + random.below(64)), bytes.subarray(at));
  },
  'bytes appended': (bytes, random) => join(bytes, randomBytes(random, 1 + random.below(1000))),
  'random bytes': (_, random) => randomBytes(random, random.below(2000)),
  empty: () => new Uint8Array(),
};

/** Damages a file as disks, networks and strangers do. */
export const damageBytes = (bytes: Uint8Array, random: Random): Damaged => {
  const [first = '', ...names] = Object.keys(damages);
  const how = random.pick([first, ...names]);
  return { how, bytes: damages[how]?.(bytes, random) ?? bytes };
};
