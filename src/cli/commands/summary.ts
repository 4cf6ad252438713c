import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { type ConfigError, configError } from '../../core/config.js';
import { chooseEngine } from '../../engine/choose.js';
import type { ExperimentConfig } from '../../experiment/config.js';
import { openRun, runAt } from '../../experiment/node/open-run.js';
import { readConfig } from '../../experiment/node/run-start.js';
import { presets } from '../../experiment/presets.js';
import { summarizeModel, type TrainingMemory, trainingMemory } from '../../experiment/summarize.js';
import { defineCommand } from '../command.js';
import { exitCodes, explain } from '../explain.js';
import { type FlagValues, flagsUnder } from '../flag.js';
import { configFlags, engineFlags, jsonFlag, trainingFlags } from '../flags.js';
import { layerTable, memoryLine } from '../summary/table.js';

const flags = {
  ...configFlags,
  model: flagsUnder('Models and training:')(
    '<name>',
    'a model of the preset, configuration or run; may be given several times (default: all)',
    t.readonlyArray(t.string),
    true,
  ),
  batch: trainingFlags.batch,
  ...engineFlags,
  ...jsonFlag,
};
type Given = FlagValues<typeof flags>;
type Models = ExperimentConfig['models'];

/** Models, and the experiment that trains them if it is known. */
interface Found {
  readonly models: Models;
  readonly experiment: ExperimentConfig | undefined;
}

const ofExperiment = (experiment: ExperimentConfig): Found => ({ models: experiment.models, experiment });

/** The models of a run or of a checkpoint alone. */
const inRun = (run: string) =>
  pipe(
    runAt(run),
    TE.chainW((start) =>
      start !== undefined
        ? TE.right(ofExperiment(start.config))
        : pipe(
            openRun(run),
            TE.map(
              ({ name, title, model, config }): Found => ({
                models: [{ name, title, config: model.config }],
                experiment: config,
              }),
            ),
          ),
    ),
  );

const named =
  (names: readonly string[] | undefined) =>
  (found: Found): E.Either<ConfigError, Found> => {
    const known = found.models.map(({ name }) => name);
    const other = names?.find((name) => !known.includes(name));
    if (other !== undefined)
      return E.left(
        configError('--model', `expected one of ${known.map((name) => `'${name}'`).join(', ')}, got '${other}'`),
      );
    return E.right({ ...found, models: found.models.filter(({ name }) => names?.includes(name) ?? true) });
  };

const find = (run: string | undefined, { preset, config, model, batch }: Given) => {
  const found =
    run !== undefined
      ? inRun(run)
      : config !== undefined
        ? pipe(readConfig(config), TE.map(ofExperiment))
        : TE.right(ofExperiment(presets[preset ?? 'quickstart']));
  return pipe(
    found,
    TE.chainEitherKW(named(model)),
    TE.map(({ models, experiment }) => ({
      models,
      experiment: experiment && (batch === undefined ? experiment : { ...experiment, batchSize: batch }),
    })),
  );
};

const summarized = (run: string | undefined, given: Given) =>
  pipe(
    find(run, given),
    TE.bindW('engine', () =>
      chooseEngine(given.engine ?? 'auto', given.memory === undefined ? {} : { memory: given.memory }),
    ),
    TE.chainW(({ models, experiment, engine: { engine } }) =>
      pipe(
        models,
        TE.traverseSeqArray((model) =>
          pipe(
            TE.fromEither(summarizeModel(model)),
            TE.bindTo('summary'),
            TE.bindW('memory', () =>
              experiment === undefined
                ? TE.right<never, TrainingMemory | undefined>(undefined)
                : trainingMemory(experiment, model.config, engine),
            ),
          ),
        ),
      ),
    ),
  );

export const summary = defineCommand({
  name: 'summary',
  summary: 'show the layers of models, their parameters and costs',
  description:
    'Shows the layers of models: what each gives, its parameters and its multiply-accumulates for one image, and how much memory training is expected to need. Nothing is trained.',
  args: [['[run]', 'the folder of a run, or a checkpoint (default: the models of --preset)']],
  flags,
  notes: exitCodes,
  conflict: (given, [run]) =>
    run !== undefined && (given.preset !== undefined || given.config !== undefined)
      ? configError(run, 'the models of a run are its own: leave out --preset and --config')
      : given.preset !== undefined && given.config !== undefined
        ? configError('--config', 'a configuration file replaces a preset: give one of the two')
        : undefined,
  run:
    ({ flags: given, args: [run] }) =>
    async () => {
      const models = await summarized(run, given)();
      if (E.isLeft(models)) return explain(models.left);
      for (const { summary: model, memory } of models.right) {
        if (given.json === true) console.log(JSON.stringify({ ...model, ...(memory && { memory }) }));
        else console.log(`\n${layerTable(model)}${memory === undefined ? '' : `\n${memoryLine(memory)}`}`);
      }
      return 0;
    },
});
