/**
 * A battery tries one kind of misfortune many times. Each case is a pure plan from the seed and its own number, so that a failure
 * can be repeated alone.
 *
 * @module
 */
import type { Random } from './random.js';

/** What a case did and what it found. */
export interface Outcome {
  /** How often each thing happened; the summary adds them up. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
}

export interface Case {
  readonly seed: number;
  readonly index: number;
  readonly random: Random;
}

/** A battery that is ready to run its cases. */
export interface Opened {
  readonly run: (one: Case) => Promise<Outcome>;
  readonly close?: () => void | Promise<void>;
  /** How it works on this machine, if that depends on the machine. */
  readonly note?: string;
}

export interface Battery {
  /** What is tried and what must hold. */
  readonly about: string;
  /** What --count counts: one of the names in `counts`. */
  readonly unit: string;
  /** The count of a full and of a short run. */
  readonly count: { readonly full: number; readonly short: number };
  /** How many cases run at the same time. */
  readonly parallel: number;
  /** `folder` is empty and removed at the end. */
  readonly open: (folder: string) => Promise<Opened>;
}

/** Adds counts up. */
export const addCounts = (
  all: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => ({
  ...all,
  ...Object.fromEntries(Object.entries(more).map(([name, n]) => [name, n + (all[name] ?? 0)])),
});
