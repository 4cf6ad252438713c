/**
 * A benchmark: cases, each measured in its own process, and the columns of the table that shows their rows.
 *
 * @module
 */

/** The result of one case: rows of the table, and notes for the reader. */
export interface Measured<R> {
  readonly rows: readonly R[];
  readonly notes?: readonly string[];
}

/** The outcome of one case. */
export type Outcome<R = Row> = Measured<R> | { readonly failed: string };

export interface Description<R> {
  /** What is measured and how. It is printed above the table. */
  readonly about: string;
  /** By name. The words of a name select the case on the command line. */
  readonly cases: Readonly<Record<string, () => Promise<Measured<R>>>>;
  /** The cells by heading. Columns of numbers are aligned to the right. */
  readonly columns: Readonly<Record<string, (row: R) => string>>;
  /** More about what was measured, as text that --detail prints; it gets the words of the command line. */
  readonly detail?: (words: readonly string[]) => Promise<string>;
  /** Conclusions from the rows of all cases. */
  readonly conclude?: (rows: readonly R[]) => readonly string[];
}

/** A row in JSON, which processes exchange and `--json` prints. */
export type Row = Readonly<Record<string, unknown>>;

export type Benchmark = Description<Row>;

/** Erases the type of the rows, because they return from other processes as JSON. */
export const benchmark = <R extends object>(description: Description<R>): Benchmark =>
  description as unknown as Benchmark;

/** The names of the cases that contain all these words. */
export const chosen = ({ cases }: Benchmark, words: readonly string[]): readonly string[] =>
  Object.keys(cases).filter((name) => words.every((word) => name.split(/,? /).includes(word)));
