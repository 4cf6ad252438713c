import { Argument, Command as Commander, CommanderError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type * as T from 'fp-ts/lib/Task.js';
import { type ConfigError, configError } from '../core/config.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { flagName } from './flag.js';
import { typed } from './typed.js';

/** The help or the version was requested and printed. */
export interface HelpShown {
  readonly _tag: 'HelpShown';
}

const GENERAL = ['-h', '--help', '--version', 'help'];
const HELP_SHOWN = ['commander.helpDisplayed', 'commander.help', 'commander.version'];
const help = (): Option => new Option('-h, --help', 'show this help').helpGroup('Run and output:');

const optionOf = (name: string, { value, description, group, repeatable }: Command['flags'][string]): Option => {
  const option = new Option(`${flagName(name)} ${value}`.trim(), description).helpGroup(group);
  const append = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];
  return repeatable ? option.argParser(append) : option;
};

/** Adds a command to the program. `onTyped` receives what was typed after it. */
const declare = (
  program: Commander,
  { name, summary, description, args = [], flags, notes }: Command,
  onTyped: (options: unknown, args: readonly string[]) => void,
): void => {
  const command = program
    .command(name)
    .summary(summary)
    .description(description)
    .addHelpOption(help())
    .addHelpText('after', `\n${notes}`)
    .allowExcessArguments(false)
    .action(() => onTyped(command.opts(), command.args));
  for (const [syntax, what] of args) command.addArgument(new Argument(syntax, what));
  for (const [flag, declared] of Object.entries(flags)) command.addOption(optionOf(flag, declared));
};

const program = (): Commander =>
  new Commander('vitrail')
    .usage('[command] [options]')
    .description('Trains Vision Transformers on small sets of images, compares them, and uses them.')
    .version(version, '--version', 'show the version')
    .addHelpOption(new Option('-h, --help', 'show this help; of a command: vitrail <command> --help'))
    .helpCommand(false)
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride();

/** `help train` is `train --help`. */
const withoutHelpCommand = ([first, ...rest]: readonly string[], commands: readonly Command[]): readonly string[] => {
  if (first !== 'help') return first === undefined ? rest : [first, ...rest];
  const isKnown = rest.length === 0 || commands.some(({ name }) => name === rest[0]);
  return isKnown ? [...rest, '--help'] : rest;
};

/** What commander says, in one line, and which help has more. */
const sentence = ({ message }: CommanderError, command: string | undefined): string => {
  const problem = message.replace(/^error: /, '').replaceAll('\n', ' ');
  return command === undefined
    ? `${problem} (${typed(['--help'])} lists all commands)`
    : `${problem} (${typed([command, '--help'])} lists all options)`;
};

/**
 * Parses the command line: a command and its flags, or the flags of the first command alone. The task runs the command and gives the exit
 * code. The error names the command or flag that is wrong and what it expects.
 */
export const parseCommandLine =
  (commands: readonly Command[], notes: string) =>
  (argv: readonly string[]): E.Either<ConfigError | HelpShown, T.Task<number>> => {
    const [first = ''] = argv;
    const isGeneral = GENERAL.includes(first) || (first !== '' && !first.startsWith('-'));
    const words = isGeneral ? withoutHelpCommand(argv, commands) : [commands[0]?.name ?? '', ...argv];
    // Mutable: commander calls the action of the command that was typed.
    let started: ReturnType<Command['start']> = E.left(configError('', 'expected a command'));
    const parser = program().addHelpText('after', `\n${notes}`);
    for (const command of commands) {
      declare(parser, command, (options, args) => {
        started = command.start({ options, args, argv });
      });
    }
    try {
      parser.parse(words, { from: 'user' });
      return started;
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return HELP_SHOWN.includes(error.code)
        ? E.left({ _tag: 'HelpShown' })
        : E.left(configError('', sentence(error, commands.find(({ name }) => name === words[0])?.name)));
    }
  };
