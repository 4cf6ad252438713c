import * as E from 'fp-ts/lib/Either.js';
import type { Random } from '../random.js';

/** One damaged input, ready to be read. */
export interface Trial {
  /** What was done to it. */
  readonly how: string;
  /** The size of the input, in bytes, or to what it may unpack. Reading it may take twice as much memory, and what a model needs. */
  readonly bytes: number;
  /** Reads it: a typed error, or a value with what is wrong about it. */
  readonly read: () => Promise<E.Either<unknown, string | undefined>>;
}

/** Damages one kind of input. */
export interface InputKind {
  /** How often it is chosen, relative to the others. */
  readonly weight: number;
  readonly trial: (random: Random) => Trial | Promise<Trial>;
}

/** The files that the trials damage, and a folder of their own. */
export interface Material {
  /** A finished run. */
  readonly run: string;
  /** The data of this run, in IDX files. */
  readonly data: string;
  readonly folder: string;
}

const LONGEST_MESSAGE = 2000;

/** What engines say when a program has not checked something. */
const leaks =
  /\n\s+at |Cannot read prop|is not a function|is not iterable|Invalid array length|Maximum call stack|allocation failed|\[object |undefined/;

/** What is wrong with an error: every one is a value with a tag and a sentence. */
export const problemOfError = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null || !('_tag' in error) || !('message' in error))
    return `an error without a tag: ${String(error)}`;
  const message = String(error.message);
  if (message === '') return 'an error without a message';
  if (message.length > LONGEST_MESSAGE) return `a message of ${message.length} characters: ${message.slice(0, 100)}`;
  return leaks.test(message) ? `a message that leaks: ${message.slice(0, 300)}` : undefined;
};

/** For values that are right whatever they are. */
export const anyValue = <A>(result: E.Either<unknown, A>): E.Either<unknown, undefined> =>
  E.isLeft(result) ? result : E.right(undefined);
