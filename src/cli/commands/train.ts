import * as E from 'fp-ts/lib/Either.js';
import { flow } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { defineCommand } from '../command.js';
import { flagsUnder } from '../flag.js';
import { recipeFlags, runFlags, tuningFlags } from '../flags.js';
import { chooseModels } from '../run/choose-models.js';
import { recipeConflict, runConflict } from '../run/conflict.js';
import { fineTuned } from '../run/fine-tuned.js';
import { run, runNotes } from '../run/run.js';

const flags = {
  model: flagsUnder('Models and training:')(
    '<name>',
    'a model of the preset or configuration, such as spt-lsa; may be given several times (default: all models of --config, the last one of a preset)',
    t.readonlyArray(t.string),
    true,
  ),
  ...recipeFlags,
  ...tuningFlags,
  ...runFlags,
};

export const train = defineCommand({
  name: 'train',
  summary: 'train one model, or those that you name, and write a report',
  description:
    'Trains one model, or those that you name, and writes checkpoints and a report. With --data and no preset, a recipe chooses the model and its training from your images. Without flags it trains the ViT with Shifted Patch Tokenization and Locality Self-Attention of the quickstart.',
  flags,
  notes: runNotes,
  conflict: (given) => runConflict(given) ?? recipeConflict(given),
  run: ({ flags, argv }) =>
    run({
      flags,
      argv,
      choose: flow(chooseModels(flags), E.map(fineTuned(flags))),
      recipe: flags,
      from: flags.from,
      resume: ['train', '--resume'],
    }),
});
