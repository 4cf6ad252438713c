import * as t from 'io-ts';

/** What the help says about a flag. */
interface FlagHelp {
  /** The value in the help, such as `<dir>`; empty for a flag that is there or not. */
  readonly value: string;
  readonly description: string;
  /** The heading of the help under which the flag stands. */
  readonly group: string;
  /** Whether the flag may be given several times: its value is then a list. */
  readonly repeatable: boolean;
}

/** A flag of the command line: the codec of its value, and its help. */
export type Flag<A> = t.Type<A, unknown> & FlagHelp;

/** Flags by their names in camel case: `acceptChangedData` is `--accept-changed-data`. */
export type Flags = Readonly<Record<string, t.Mixed & FlagHelp>>;

/** The values of flags. What was not given is missing. */
export type FlagValues<F extends t.Props> = t.TypeOf<t.PartialC<F>>;

/** `--accept-changed-data` */
export const flagName = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Makes flags that stand under one heading of the help. */
export const flagsUnder =
  (group: string) =>
  <A>(
    value: string,
    description: string,
    { name, is, validate, encode }: t.Type<A, unknown>,
    repeatable = false,
  ): Flag<A> =>
    Object.assign(new t.Type<A, unknown>(name, is, validate, encode), { value, description, group, repeatable });
