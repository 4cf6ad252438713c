import { Command, CommanderError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { type ConfigError, configError, decode, oneOf } from '../core/config.js';
import { type DatasetName, datasets } from '../data/datasets.js';
import type { EngineName } from '../engine/choose.js';
import { presetNames } from '../experiment/presets.js';
import { version } from '../version.js';
import { memorySize } from './memory-size.js';

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
  memory: memorySize,
  epochs: positiveText,
  batch: positiveText,
  seed: wholeNumberText('a whole number', Number.MIN_SAFE_INTEGER),
  out: t.string,
  resume: t.string,
  json: t.boolean,
});
export type Flags = t.TypeOf<typeof Flags>;

const command = (): Command =>
  new Command('vitrail')
    .description(
      'Trains a vanilla ViT and one with Shifted Patch Tokenization and Locality Self-Attention on the same images, compares them and writes a report. Without flags it runs the quickstart: a few minutes on two cores, with images that are included.',
    )
    .option('--preset <name>', `the experiment: ${presetNames.join(', ')} (default: quickstart)`)
    .option('--config <file>', 'your own experiment as JSON; the config.json of any run is one')
    .option('--dataset <name>', `another data set: ${Object.keys(datasets).join(', ')}`)
    .option('--data <dir>', 'the folder with the files of the data set; by default they are looked up or downloaded')
    .option(
      '--engine <name>',
      'auto, jit, eager, eager:BACKEND, jit:tfjs-node or jit:tfjs-node-gpu (default: auto, which prints its choice and why)',
    )
    .option(
      '--memory <size>',
      'how much memory the engine jit may use, such as 4GB (default: half of what there is, at most 2.5GB); large batches are computed in rounds that fit',
    )
    .option('--epochs <n>', 'the number of epochs')
    .option('--batch <n>', 'the batch size')
    .option('--seed <n>', 'the random seed; the same seed, engine and thread count give the same results')
    .option('--out <dir>', 'the folder to write to (default: runs/<time>)')
    .option(
      '--resume <dir>',
      'resume the run in this folder; with the same engine, thread count and data it ends with the same bits as without the stop',
    )
    .option('--json', 'print one JSON event per line, for programs')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      `
A run writes into its folder: config.json, metrics.jsonl, report.html, and a checkpoint NAME.safetensors for each model.
Ctrl-C finishes the step and writes a checkpoint; a second Ctrl-C aborts.
Exit codes: 0 done, 2 invalid input or a failed run, 130 stopped by Ctrl-C.`,
    )
    .allowExcessArguments(false)
    .exitOverride();

/** The help was requested and printed. */
export interface HelpShown {
  readonly _tag: 'HelpShown';
}

const conflict = (flags: Flags): ConfigError | undefined => {
  if (flags.preset !== undefined && flags.config !== undefined) {
    return configError('--config', 'a configuration file replaces a preset: give one of the two');
  }
  const fixed = (['preset', 'config', 'dataset', 'epochs', 'batch', 'seed', 'out'] as const).find(
    (name) => flags[name] !== undefined,
  );
  return flags.resume !== undefined && fixed !== undefined
    ? configError(`--${fixed}`, 'this cannot change when a run is resumed: leave it out')
    : undefined;
};

/** Parses the command line. The error names the flag and what it expects. */
export const parseFlags = (argv: readonly string[]): E.Either<ConfigError | HelpShown, Flags> =>
  pipe(
    E.tryCatch(
      () =>
        command()
          .configureOutput({ writeErr: () => {} })
          .parse([...argv], { from: 'user' })
          .opts() as unknown,
      (error) =>
        error instanceof CommanderError && ['commander.helpDisplayed', 'commander.version'].includes(error.code)
          ? ({ _tag: 'HelpShown' } as const)
          : configError(
              '',
              `${(error as Error).message.replace(/^error: /, '').replaceAll('\n', ' ')} (--help lists all options)`,
            ),
    ),
    E.chainW((options) =>
      pipe(
        decode(Flags)(options),
        E.mapLeft(({ field, problem, others }) =>
          configError(
            `--${field}`,
            problem,
            others.map((other) => ({ ...other, field: `--${other.field}` })),
          ),
        ),
      ),
    ),
    E.filterOrElseW(
      (flags) => conflict(flags) === undefined,
      (flags) => conflict(flags)!,
    ),
  );
