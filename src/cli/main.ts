import { existsSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfigError } from '../core/config.js';
import type { ShapeError } from '../core/errors.js';
import type { DataError } from '../data/data-error.js';
import { loadDataset } from '../data/node/load-dataset.js';
import { chooseEngine } from '../engine/choose.js';
import { folderStore } from '../experiment/node/folder-store.js';
import { adaptTo, type Prepared, prepare } from '../experiment/prepare.js';
import type { Reporter } from '../experiment/run-events.js';
import { type RunEnd, type RunError, runExperiment } from '../experiment/run-experiment.js';
import { type Flags, parseFlags } from './flags.js';
import { INTERRUPTED, type Interruption, interruption } from './interruption.js';
import { downloadDisplay } from './reporters/download.js';
import { jsonReporter } from './reporters/json.js';
import { logReporter } from './reporters/log.js';
import { readingDisplay } from './reporters/reading.js';
import { terminalReporter } from './reporters/terminal.js';
import { type Settings, settingsOf } from './settings.js';
import { resultTable } from './table.js';

const BAD = 2;

type MainError = RunError | DataError | ShapeError | ConfigError;

/** What a run prints on standard output: text for people, or JSON for programs. Everything else goes to standard error. */
interface Display {
  readonly report: Reporter;
  readonly end: () => void;
  /** For people: not printed with --json. */
  readonly print: (line: string) => void;
}

const displayFor = (flags: Flags): Display => {
  const print = (line: string): void => console.log(line);
  if (flags.json === true) return { report: jsonReporter(print), end: () => {}, print: () => {} };
  return process.stdout.isTTY === true
    ? { ...terminalReporter(), print }
    : { report: logReporter(print), end: () => {}, print };
};

// A checkout is run by `npm start`, an installed package by `vitrail`.
const commandLine = (argv: readonly string[]): string => {
  const quoted = argv.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  const start = process.env.npm_lifecycle_event === 'start' ? ['npm start', '--'] : ['vitrail'];
  return [...(quoted.length === 0 ? start.slice(0, 1) : start), ...quoted].join(' ');
};

/** Loads the data and checks that the configuration fits it, before anything is written. */
const prepareRun = (
  { config, data, adapt, images }: Settings,
  partial: boolean,
  signal: AbortSignal,
  print: Display['print'],
): TE.TaskEither<MainError, Prepared> => {
  const download = downloadDisplay(config.dataset, print);
  const reading = readingDisplay(print);
  return pipe(
    loadDataset(config.dataset, {
      directory: data,
      partial,
      signal,
      onProgress: download.onProgress,
      images: { ...images, onProgress: reading.onProgress },
    }),
    T.chainFirstIOK(() => () => {
      download.end();
      reading.end();
    }),
    TE.chainEitherKW((dataset) =>
      pipe(
        adapt ? adaptTo(dataset)(config) : E.right(config),
        E.chainW((adapted) => prepare(adapted, dataset)),
      ),
    ),
  );
};

const run = (
  settings: Settings,
  flags: Flags,
  argv: readonly string[],
  { asked, signal }: Interruption,
  { report, print }: Display,
): TE.TaskEither<MainError, RunEnd> =>
  pipe(
    TE.Do,
    TE.bind('prepared', () => prepareRun(settings, flags.partial === true, signal, print)),
    TE.bindW('engine', () => chooseEngine(flags.engine ?? 'auto')),
    TE.chainW(({ prepared, engine }) =>
      runExperiment(prepared, {
        engine,
        store: folderStore(settings.folder),
        report,
        resume: settings.resume,
        acceptChangedData: flags.acceptChangedData,
        startedAt: settings.startedAt,
        command: commandLine(argv),
        data: settings.data,
        stop: asked,
      }),
    ),
  );

/** Which good checkpoints there are after this error, and how to go on with them. */
const goodCheckpoints = ({ _tag }: MainError, { folder, config, resume }: Settings): readonly string[] => {
  const { checkpointName } = folderStore(folder);
  return config.models.flatMap(({ name }) => {
    const [newest, best] = [checkpointName(name), checkpointName(`${name}.best`)];
    if ((_tag === 'DivergedError' || _tag === 'EngineError') && existsSync(newest))
      return [`the last good checkpoint of '${name}' is ${newest}`];
    return _tag === 'CheckpointError' && resume && existsSync(best)
      ? [`that of the best epoch of '${name}' is ${best}: copy it to ${newest} to resume from there`]
      : [];
  });
};

/** Prints the error and the paths of good checkpoints. */
const explain = (error: MainError, settings?: Settings): number => {
  console.error(`\nvitrail: ${error.message}`);
  if (settings !== undefined) for (const line of goodCheckpoints(error, settings)) console.error(line);
  return BAD;
};

const conclude = (end: RunEnd, { folder }: Settings, print: Display['print']): number => {
  if (end.kind === 'stopped') {
    print(`\nstopped; resume with: ${commandLine(['--resume', folder])}`);
    return INTERRUPTED;
  }
  print(`\n${resultTable(end.results)}\nreport   ${folder}/report.html`);
  return 0;
};

/** Runs the command line and returns the exit code: 0 done, 2 failed, 130 interrupted. */
export const main = async (argv: readonly string[]): Promise<number> => {
  const flags = parseFlags(argv);
  if (E.isLeft(flags)) return flags.left._tag === 'HelpShown' ? 0 : explain(flags.left);
  const settings = await settingsOf(flags.right, new Date())();
  if (E.isLeft(settings)) return explain(settings.left);
  const display = displayFor(flags.right);
  const interrupted = interruption((line) => console.error(line));
  const end = await run(settings.right, flags.right, argv, interrupted, display)();
  display.end();
  if (E.isRight(end)) return conclude(end.right, settings.right, display.print);
  // A download that Ctrl-C aborts ends in a DataError, like one that the network ends.
  return interrupted.asked() && end.left._tag === 'DataError' ? INTERRUPTED : explain(end.left, settings.right);
};
