import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { configError } from '../../core/config.js';
import { filesNamed } from '../../data/node/images/files-named.js';
import { chooseEngine } from '../../engine/choose.js';
import { decodingOf } from '../../experiment/decoding-of.js';
import { openRun } from '../../experiment/node/open-run.js';
import { type FilePrediction, predictFiles } from '../../experiment/node/predict-files.js';
import { defineCommand } from '../command.js';
import { exitCodes, explain } from '../explain.js';
import { type FlagValues, flagsUnder } from '../flag.js';
import { engineFlags, jsonFlag } from '../flags.js';
import { attentionDrawer, picturePaths } from '../predict/attention.js';
import { predictionPrinter } from '../predict/lines.js';
import { describeRunModel, runArgument, runModelFlags } from '../run-flags.js';

const output = flagsUnder('Run and output:');

const flags = {
  ...runModelFlags,
  ...engineFlags,
  attention: output(
    '<out>',
    'draw where the model looked: a PNG for one file, or a folder for the pictures of several',
    t.string,
  ),
  strict: output('', 'fail if a file cannot be used, instead of leaving it out', t.boolean),
  ...jsonFlag,
};
type Given = FlagValues<typeof flags>;

/** Predicts files and prints each. Gives how many were predicted and how many left out. */
const predicted = (run: string, paths: readonly string[], { model, best, engine, memory, attention, json }: Given) =>
  pipe(
    TE.Do,
    TE.bind('opened', () => openRun(run, { model, best })),
    TE.bindW('named', () => TE.fromTask(() => filesNamed(paths))),
    TE.bindW('pictures', ({ named: { files } }) => TE.fromEither(picturePaths(attention, files))),
    TE.bindW('engine', () => chooseEngine(engine ?? 'auto', memory === undefined ? {} : { memory })),
    TE.chainW(({ opened, named: { files, skipped }, pictures, engine: { engine } }) => {
      const decoding = decodingOf(opened.model, opened.config);
      const draw = attentionDrawer(engine, opened.model, decoding);
      const { print, counts } = predictionPrinter(json === true, files, opened.model.classes);
      if (json !== true) console.error(describeRunModel(opened));
      const onEach = (file: FilePrediction): ReturnType<typeof draw> => {
        const to = pictures.get(file.path);
        const drawn = file.kind === 'predicted' && to !== undefined;
        return pipe(
          drawn ? draw(file.path, file.image, to) : TE.right(undefined),
          TE.map(() => print(file, to)),
        );
      };
      for (const one of skipped) print({ kind: 'skipped', ...one }, undefined);
      return pipe(predictFiles(engine, opened.model, decoding)(files, onEach), TE.map(counts));
    }),
  );

export const predict = defineCommand({
  name: 'predict',
  summary: 'say what is on images, and draw where the model looked',
  description:
    'Predicts the classes of image files with a trained model: the five most probable ones of each file, one line per file. Files are read as those that the model was trained on. No prediction depends on the other files.',
  args: [runArgument, ['<files...>', 'image files, and folders of them']],
  flags,
  notes: `Predictions go to standard output; the model, and files that are left out, to
standard error. With --json everything is a line on standard output.
--attention draws the attention rollout: how much each patch contributes
through the attention of all blocks, from dark to light.
${exitCodes}`,
  run:
    ({ flags: given, args: [run = '', ...paths] }) =>
    async () => {
      const done = await predicted(run, paths, given)();
      if (E.isLeft(done)) return explain(done.left);
      const { used, leftOut } = done.right;
      if (given.attention !== undefined && given.json !== true && used > 0)
        console.error(`where it looked: ${given.attention}`);
      if (used === 0) return explain(configError('files', 'expected an image that can be read, got none'));
      return given.strict === true && leftOut > 0
        ? explain(configError('--strict', `${leftOut} of ${used + leftOut} files cannot be used`))
        : 0;
    },
});
