import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { chooseEngine } from '../engine/choose.js';
import { type Flags, parseFlags } from './flags.js';
import { describeRun, prepareRun, type RunEnd, type RunError, runExperiment } from './run.js';
import { exists } from './run-folder.js';
import { type Settings, settingsOf } from './settings.js';
import { resultTable } from './table.js';

const BAD = 2;
const INTERRUPTED = 130;

/** Whether Ctrl-C, or a request to end, came. A second one ends the process at once. */
interface Interruption {
  readonly asked: () => boolean;
  /** Aborts a download. */
  readonly signal: AbortSignal;
}

const interruption = (): Interruption => {
  const controller = new AbortController();
  const ask = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    console.error('\nfinishing what is under way and saving it … (again to stop at once)');
    controller.abort();
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return { asked: () => controller.signal.aborted, signal: controller.signal };
};

const rerun = (argv: readonly string[]): string => ['npm start', ...(argv.length > 0 ? ['--', ...argv] : [])].join(' ');

const work = (
  settings: Settings,
  flags: Flags,
  argv: readonly string[],
  { asked, signal }: Interruption,
): TE.TaskEither<RunError, RunEnd> =>
  pipe(
    TE.Do,
    TE.bind('prepared', () => prepareRun(settings, signal)),
    TE.bindW('engine', () => chooseEngine(flags.engine ?? 'auto')),
    TE.chainFirstIOK(({ prepared, engine }) => () => {
      console.log(
        `engine   ${engine.reason.replace(': ', '\n         ')}\n${describeRun(prepared, settings.folder)}\n`,
      );
    }),
    TE.chainW(({ prepared, engine }) => runExperiment(settings, prepared, engine, rerun(argv), asked)),
  );

const report = (end: RunEnd, settings: Settings): number => {
  const { path, report: file } = settings.folder;
  if (end.kind === 'stopped') {
    console.log(`\nstopped; go on with: npm start -- --resume ${path}`);
    return INTERRUPTED;
  }
  console.log(`\n${resultTable(end.results)}\nreport   ${file}`);
  return 0;
};

/** Says what is wrong. Whatever was saved before training went wrong is still there: says where. */
const explain = async (error: RunError, settings?: Settings): Promise<number> => {
  console.error(`\nvitrail: ${error.message}`);
  if (settings !== undefined && (error._tag === 'DivergedError' || error._tag === 'EngineError')) {
    for (const { name } of settings.config.models) {
      const file = settings.folder.checkpoint(name);
      const there = await exists(file)();
      if (E.isRight(there) && there.right) console.error(`the last good checkpoint of '${name}' is ${file}`);
    }
  }
  return BAD;
};

/** Runs the command line and answers the exit code: 0 done, 2 something is wrong, 130 interrupted. */
export const main = async (argv: readonly string[]): Promise<number> => {
  const flags = parseFlags(argv);
  if (E.isLeft(flags)) return flags.left._tag === 'HelpShown' ? 0 : explain(flags.left);
  const settings = await settingsOf(flags.right, new Date())();
  if (E.isLeft(settings)) return explain(settings.left);
  const interrupted = interruption();
  const end = await work(settings.right, flags.right, argv, interrupted)();
  if (E.isRight(end)) return report(end.right, settings.right);
  // A download that Ctrl-C ended answers as one that the network ended.
  return interrupted.asked() && end.left._tag === 'DataError' ? INTERRUPTED : explain(end.left, settings.right);
};
