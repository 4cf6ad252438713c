/**
 * What a benchmark is: cases, each measured in a process of its own, and how their rows make a table.
 *
 * @module
 */

/** What one case found: rows of the table, and what a reader must know beside them. */
export interface Measured<R> {
  readonly rows: readonly R[];
  readonly notes?: readonly string[];
}

/** What one case comes to. */
export type Outcome<R = Row> = Measured<R> | { readonly failed: string };

export interface Description<R> {
  /** What is measured and how, for the head of the table. */
  readonly about: string;
  /** By a name whose words choose it on the command line. */
  readonly cases: Readonly<Record<string, () => Promise<Measured<R>>>>;
  /** Headings, and what stands under them. Numbers are set to the right. */
  readonly columns: Readonly<Record<string, (row: R) => string>>;
  /** What the rows of all cases say together. */
  readonly conclude?: (rows: readonly R[]) => readonly string[];
}

/** A row as it passes between processes and as `--json` prints it. */
export type Row = Readonly<Record<string, unknown>>;

export type Benchmark = Description<Row>;

/** Forgets the type of the rows: they come back from other processes as JSON. */
export const benchmark = <R extends object>(description: Description<R>): Benchmark =>
  description as unknown as Benchmark;

/** The names of the cases that have all these words. */
export const chosen = ({ cases }: Benchmark, words: readonly string[]): readonly string[] =>
  Object.keys(cases).filter((name) => words.every((word) => name.split(/,? /).includes(word)));
