import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { chooseEngine } from '../../engine/choose.js';
import { evaluateRun } from '../../experiment/node/evaluate-run.js';
import { type EvaluationImages, evaluationImages } from '../../experiment/node/evaluation-images.js';
import { openRun, type RunModel } from '../../experiment/node/open-run.js';
import { writeAtomically } from '../../node/files.js';
import { renderEvaluation } from '../../plot/index.js';
import { defineCommand } from '../command.js';
import { classLines, metricsLines, mistakeLines } from '../evaluate/table.js';
import { exitCodes, explain } from '../explain.js';
import { type FlagValues, flagsUnder } from '../flag.js';
import { dataFlags, engineFlags, jsonFlag } from '../flags.js';
import { describeLeftOut } from '../reporters/describe.js';
import { downloadDisplay } from '../reporters/download.js';
import { imagesDisplay } from '../reporters/images.js';
import { describeRunModel, runArgument, runModelFlags } from '../run-flags.js';
import { whole } from '../text.js';
import { typed } from '../typed.js';

const flags = {
  ...runModelFlags,
  data: flagsUnder('Images:')(
    '<dir>',
    'a folder of other images of the same classes: its test images or, without parts, all of <class>/… (default: the test images of the run)',
    t.string,
  ),
  strict: dataFlags.strict,
  partial: dataFlags.partial,
  ...engineFlags,
  out: flagsUnder('Run and output:')('<file>', 'the report (default: beside the checkpoint)', t.string),
  ...jsonFlag,
};
type Given = FlagValues<typeof flags>;

/** `runs/first/spt-lsa.evaluation.html`; with the name of the data set if the images are not those of the run. */
const reportPath = ({ path }: RunModel, { isOwn, name }: EvaluationImages): string =>
  `${path.replace(/\.safetensors$/, '')}.evaluation${isOwn ? '' : `-${name}`}.html`;

/** Loads and evaluates, and writes the report. `print` is for people. */
const evaluated = (run: string, given: Given, command: string, print: (line: string) => void) => {
  const { model, best, data, strict, partial, engine, memory, out } = given;
  const reading = imagesDisplay('reading', print);
  const evaluating = imagesDisplay('evaluating', print);
  return pipe(
    openRun(run, { model, best }),
    TE.bindTo('opened'),
    TE.chainFirstIOK(
      ({ opened }) =>
        () =>
          print(describeRunModel(opened)),
    ),
    TE.bindW('images', ({ opened }) => {
      const download = downloadDisplay(opened.config?.dataset ?? 'the images', print);
      return pipe(
        evaluationImages(opened, {
          directory: data,
          strict,
          partial,
          onProgress: download.onProgress,
          onImage: reading.onProgress,
        }),
        T.chainFirstIOK(() => () => {
          download.end();
          reading.end();
        }),
      );
    }),
    TE.bindW('engine', () => chooseEngine(engine ?? 'auto', memory === undefined ? {} : { memory })),
    TE.bindW('results', ({ opened, images, engine: { engine } }) =>
      pipe(
        evaluateRun(engine, opened, images, {
          startedAt: new Date().toISOString(),
          command,
          onImage: (done) => evaluating.onProgress({ images: done, of: images.source.count }),
        }),
        T.chainFirstIOK(() => evaluating.end),
      ),
    ),
    TE.let('report', ({ opened, images }) => out ?? reportPath(opened, images)),
    TE.chainFirstW(({ results, report }) => writeAtomically(report, [renderEvaluation(results)])),
  );
};

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'measure how good a trained model is, and write a report',
  description:
    'Evaluates a trained model on the test images of its run, or on others: accuracies with their intervals, a table of the classes, the confusion matrix, calibration, and the surest mistakes. No prediction depends on the other images.',
  args: [runArgument],
  flags,
  notes: `The report is written beside the checkpoint, as NAME.evaluation.html. A copy
of the folder of the run is recognized by its files, and only those that the run
tests on are used.
${exitCodes}`,
  run:
    ({ flags: given, args: [run = ''], argv }) =>
    async () => {
      const json = given.json === true;
      const print = (line: string): void => {
        if (!json) console.log(line);
      };
      const done = await evaluated(run, given, typed(argv), print)();
      if (E.isLeft(done)) return explain(done.left);
      const { results, report, images } = done.right;
      if (json) {
        const { mistakes, ...others } = results;
        const shown = mistakes.map(({ image: _, ...mistake }) => mistake);
        console.log(JSON.stringify({ kind: 'evaluation', ...others, mistakes: shown, report }));
        return 0;
      }
      if (images.skipped.length > 0) print(describeLeftOut({ kind: 'skipped', files: images.skipped }));
      const { which, name, folder } = results.images;
      print(`on ${whole(results.test.images)} ${which} of ${folder ?? name}\n`);
      print(`${metricsLines(results)}\n\n${classLines(results)}\n\n${mistakeLines(results)}\n\nreport   ${report}`);
      return 0;
    },
});
