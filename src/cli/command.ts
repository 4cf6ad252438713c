import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as T from 'fp-ts/lib/Task.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode } from '../core/config.js';
import { type Flags, type FlagValues, flagName } from './flag.js';

/** What was typed. */
export interface Typed<F extends t.Props> {
  readonly flags: FlagValues<F>;
  /** What stands without a flag, in order. */
  readonly args: readonly string[];
  /** The whole command line, the name of the command included if it was typed. */
  readonly argv: readonly string[];
}

/** What the help says about a command, and the words that it takes. */
interface CommandHelp {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the command does, for its own help. */
  readonly description: string;
  /** What stands without a flag, such as `<run>` or `[files...]`, and what it is. */
  readonly args?: readonly (readonly [syntax: string, description: string])[];
  /** What else the help of the command says, at its end. */
  readonly notes: string;
}

/** A command of the command line. */
export interface Command extends CommandHelp {
  readonly flags: Flags;
  /** Checks what was typed. The task runs the command and gives the exit code. */
  readonly start: (typed: {
    readonly options: unknown;
    readonly args: readonly string[];
    readonly argv: readonly string[];
  }) => E.Either<ConfigError, T.Task<number>>;
}

/** Flags that cannot be decoded are named as they are typed. */
const asTyped = ({ field, problem, others }: ConfigError): ConfigError =>
  configError(
    flagName(field),
    problem,
    others.map((other) => ({ ...other, field: flagName(other.field) })),
  );

/** Defines a command: its flags as data, which of them do not go together, and what it does. */
export const defineCommand = <F extends Flags>({
  flags,
  conflict = () => undefined,
  run,
  ...help
}: CommandHelp & {
  readonly flags: F;
  readonly conflict?: (flags: FlagValues<F>, args: readonly string[]) => ConfigError | undefined;
  readonly run: (typed: Typed<F>) => T.Task<number>;
}): Command => ({
  ...help,
  flags,
  start: ({ options, args, argv }) =>
    pipe(
      decode(t.partial(flags))(options),
      E.mapLeft(asTyped),
      E.chain((given) => {
        const problem = conflict(given, args);
        return problem === undefined ? E.right(run({ flags: given, args, argv })) : E.left(problem);
      }),
    ),
});
