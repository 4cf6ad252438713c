import { Command, CommanderError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, oneOf } from '../core/config.js';
import { type DatasetName, datasets } from '../data/datasets.js';
import type { EngineName } from '../engine/choose.js';
import { presetNames } from '../experiment/presets.js';

const wholeNumberText = (expected: string, least: number): t.Type<number, unknown> =>
  new t.Type<number, unknown>(
    expected,
    t.number.is,
    (text, context) =>
      typeof text === 'string' && /^-?\d{1,15}$/.test(text) && Number(text) >= least
        ? t.success(Number(text))
        : t.failure(text, context, expected),
    String,
  );

const positiveText = wholeNumberText('a whole number above 0', 1);

const isEngine = (value: unknown): value is EngineName =>
  typeof value === 'string' && /^(auto|jit|jit:tfjs-node|jit:tfjs-node-gpu|eager|eager:.+)$/.test(value);

const engine = new t.Type<EngineName, unknown>(
  'an engine',
  isEngine,
  (text, context) =>
    isEngine(text)
      ? t.success(text)
      : t.failure(text, context, 'auto, jit, jit:tfjs-node, jit:tfjs-node-gpu, eager or eager:BACKEND'),
  String,
);

export const Flags = t.partial({
  preset: oneOf(presetNames),
  config: t.string,
  dataset: oneOf(Object.keys(datasets) as readonly DatasetName[]),
  data: t.string,
  engine,
  epochs: positiveText,
  batch: positiveText,
  seed: wholeNumberText('a whole number', Number.MIN_SAFE_INTEGER),
  out: t.string,
  resume: t.string,
});
export type Flags = t.TypeOf<typeof Flags>;

const command = (): Command =>
  new Command('vitrail')
    .description(
      'Trains a vanilla ViT and one with Shifted Patch Tokenization and Locality Self-Attention on the same images, compares them, and writes a report. Without flags: the quickstart, a few minutes on two cores, with images that come along.',
    )
    .option('--preset <name>', `what to run: ${presetNames.join(', ')} (default: quickstart)`)
    .option('--config <file>', 'an experiment of your own, as JSON; the config.json of any run is one')
    .option('--dataset <name>', `other images than the preset's: ${Object.keys(datasets).join(', ')}`)
    .option('--data <dir>', 'the folder with the files of the data set, instead of looking for them or fetching them')
    .option(
      '--engine <name>',
      'jit, eager, eager:BACKEND, jit:tfjs-node, jit:tfjs-node-gpu or auto (default: auto, which says what it chose and why)',
    )
    .option('--epochs <n>', 'how often each model sees the images')
    .option('--batch <n>', 'how many images make a step')
    .option('--seed <n>', 'another start, another order, other draws; the same seed gives the same run')
    .option('--out <dir>', 'the folder to write to (default: runs/<time>)')
    .option('--resume <dir>', 'goes on with a run that was stopped, to the same bits as if it had not been')
    .helpOption('--help', 'shows this')
    .addHelpText(
      'after',
      `
Writes into the run's folder: config.json, metrics.jsonl, a checkpoint NAME.safetensors for each model, report.html.
Ctrl-C finishes the step and writes a checkpoint; a second one stops at once.
Exit codes: 0 done, 2 something is wrong with the input or the run, 130 stopped by Ctrl-C.`,
    )
    .allowExcessArguments(false)
    .exitOverride();

/** Help was asked for and printed. */
export interface HelpShown {
  readonly _tag: 'HelpShown';
}

const conflict = (flags: Flags): ConfigError | undefined => {
  if (flags.preset !== undefined && flags.config !== undefined) {
    return configError('--config', 'a configuration file takes the place of a preset: give one of the two');
  }
  const fixed = (['preset', 'config', 'dataset', 'epochs', 'batch', 'seed', 'out'] as const).find(
    (name) => flags[name] !== undefined,
  );
  return flags.resume !== undefined && fixed !== undefined
    ? configError(`--${fixed}`, '--resume goes on with a run as it was: leave this flag out')
    : undefined;
};

/** Reads the command line, or says which flag is wrong and what it takes. */
export const parseFlags = (argv: readonly string[]): E.Either<ConfigError | HelpShown, Flags> =>
  pipe(
    E.tryCatch(
      () =>
        command()
          .configureOutput({ writeErr: () => {} })
          .parse([...argv], { from: 'user' })
          .opts() as unknown,
      (error) =>
        error instanceof CommanderError && error.code === 'commander.helpDisplayed'
          ? ({ _tag: 'HelpShown' } as const)
          : configError('', `${(error as Error).message.replace(/^error: /, '')} (--help shows all flags)`),
    ),
    E.chainW((options) =>
      pipe(
        decode(Flags)(options),
        E.mapLeft((error) => configError(`--${error.field}`, error.message.replace(`${error.field}: `, ''))),
      ),
    ),
    E.filterOrElseW(
      (flags) => conflict(flags) === undefined,
      (flags) => conflict(flags)!,
    ),
  );
