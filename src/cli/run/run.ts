import { existsSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { DataError } from '../../data/data-error.js';
import { chooseEngine } from '../../engine/choose.js';
import { expectedSeconds } from '../../experiment/expected-time.js';
import { folderStore } from '../../experiment/node/folder-store.js';
import { type RunEnd, type RunError, runExperiment } from '../../experiment/run-experiment.js';
import type { RunResults } from '../../plot/index.js';
import { type Display, displayFor } from '../display.js';
import { exitCodes, explain } from '../explain.js';
import type { RunFlags } from '../flags.js';
import { INTERRUPTED, type Interruption, interruption } from '../interruption.js';
import { typed } from '../typed.js';
import { prepareRun } from './prepare-run.js';
import { describeRecipe } from './recipe.js';
import { type Choice, type Settings, type SettingsError, settingsOf } from './settings.js';
import { resultTable } from './table.js';

/** The end of the help of a command that trains. */
export const runNotes = `A run writes into its folder: config.json, run.json, metrics.jsonl, report.html,
and for each model the checkpoints NAME.safetensors, the newest, and
NAME.best.safetensors, that of the epoch with the best validation accuracy.
Ctrl-C finishes the step and writes a checkpoint; a second Ctrl-C aborts.
${exitCodes}`;

type Failed = RunError | DataError | SettingsError;

/** A run as it was typed. */
export interface RunCommand extends Choice {
  readonly flags: RunFlags;
  readonly argv: readonly string[];
  /** The words in front of the folder that resume this run. */
  readonly resume: readonly string[];
}

/** What can be done with the models in the folder of a run, and what to type for it. */
const usesOf = (folder: string): RunResults['uses'] => [
  ['Accuracy, class by class', typed(['evaluate', folder])],
  ['What is on an image', typed(['predict', folder, 'IMAGE'])],
  ['ONNX file', typed(['export', folder, '--onnx', 'model.onnx'])],
  ['Folder for a model hub', typed(['export', folder, '--hub', 'hub'])],
  ['Page that predicts in a browser', typed(['export', folder, '--web', 'page'])],
];

const trained = (
  settings: Settings,
  { flags, argv }: RunCommand,
  { asked, signal }: Interruption,
  { report, print }: Display,
): TE.TaskEither<Failed, RunEnd> =>
  pipe(
    TE.Do,
    TE.bind('prepared', () => prepareRun(settings, signal, print)),
    TE.bindW('engine', () =>
      chooseEngine(flags.engine ?? 'auto', flags.memory === undefined ? {} : { memory: flags.memory }),
    ),
    TE.chainFirstW(({ prepared, engine: { engine } }) =>
      settings.recipe
        ? pipe(
            expectedSeconds(prepared, engine),
            TE.map((seconds) => print(describeRecipe(prepared, seconds))),
          )
        : TE.right(undefined),
    ),
    TE.chainW(({ prepared, engine }) =>
      runExperiment(prepared, {
        engine,
        store: folderStore(settings.folder),
        report,
        resume: settings.resume,
        acceptChangedData: flags.acceptChangedData,
        startedAt: settings.startedAt,
        command: typed(argv),
        uses: usesOf(settings.folder),
        data: settings.data,
        partial: settings.partial,
        stop: asked,
      }),
    ),
  );

/** Which good checkpoints there are after this error, and how to go on with them. */
const goodCheckpoints = ({ _tag }: Failed, { folder, config, resume }: Settings): readonly string[] => {
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

/** Trains the models of an experiment, with what people see of it. Gives the exit code. */
export const run =
  (command: RunCommand): T.Task<number> =>
  async () => {
    const settings = await settingsOf(command.flags, new Date(), command)();
    if (E.isLeft(settings)) return explain(settings.left);
    const { folder } = settings.right;
    const { print, end: endDisplay, ...display } = displayFor(command.flags.json);
    const interrupted = interruption((line) => console.error(line));
    const end = await trained(settings.right, command, interrupted, { ...display, print, end: endDisplay })();
    endDisplay();
    if (E.isLeft(end)) {
      // A download that Ctrl-C aborts ends in a DataError, like one that the network ends.
      return interrupted.asked() && end.left._tag === 'DataError'
        ? INTERRUPTED
        : explain(end.left, goodCheckpoints(end.left, settings.right));
    }
    if (end.right.kind === 'stopped') {
      print(`\nstopped; resume with: ${typed([...command.resume, folder])}`);
      return INTERRUPTED;
    }
    print(
      `\n${resultTable(end.right.results)}\nreport   ${folder}/report.html\nnext     ${typed(['evaluate', folder])}`,
    );
    return 0;
  };
