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
  partial: t.boolean,
  size: positiveText,
  fit: oneOf(['stretch', 'crop', 'pad']),
  strict: t.boolean,
  engine,
  memory: memorySize,
  epochs: positiveText,
  batch: positiveText,
  seed: wholeNumberText('a whole number', Number.MIN_SAFE_INTEGER),
  out: t.string,
  resume: t.string,
  acceptChangedData: t.boolean,
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
    .option(
      '--data <dir>',
      'the folder with the files of the data set, by default looked up or downloaded; or a folder of your own images: train/<class>/… with val and test, or only <class>/…',
    )
    .option(
      '--size <n>',
      'of your own images: the height and width to which they are scaled (default: that of the models)',
    )
    .option('--fit <how>', 'of your own images: crop, stretch or pad those of another aspect ratio (default: crop)')
    .option(
      '--strict',
      'of your own images: refuse a folder with files that cannot be used, instead of leaving them out',
    )
    .option(
      '--partial',
      'take CIFAR files with fewer images than were published, instead of refusing them as cut short',
    )
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
      'resume the run in this folder; on the same machine, with the same version, engine, threads and memory, it ends with the same bits as without the stop. If one of them differs, it says so; if the images do, it refuses',
    )
    .option('--accept-changed-data', 'resume with other images than the run began with')
    .option('--json', 'print one JSON event per line, for programs')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      `
A run writes into its folder: config.json, run.json, metrics.jsonl, report.html, and for each model the checkpoints NAME.safetensors,
the newest, and NAME.best.safetensors, that of the epoch with the best validation accuracy.
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
  const fixed = (
    ['preset', 'config', 'dataset', 'size', 'fit', 'strict', 'epochs', 'batch', 'seed', 'out'] as const
  ).find((name) => flags[name] !== undefined);
  if (flags.acceptChangedData !== undefined && flags.resume === undefined)
    return configError('--accept-changed-data', 'this belongs to --resume DIR');
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
