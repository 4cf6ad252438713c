import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { configError } from '../../core/config.js';
import type { ExportedModel } from '../../engine/index.js';
import { type ExportRunError, type ExportRunOptions, writeOnnx } from '../../experiment/node/export-run.js';
import { HUB_FILES, writeHubFolder } from '../../experiment/node/hub-folder.js';
import { openRun, type RunModel } from '../../experiment/node/open-run.js';
import { checkFile, checkFolder } from '../../experiment/node/output.js';
import { PAGE_NAMES, type PageFile, writeWebPage } from '../../experiment/node/web-page.js';
import type { FileError } from '../../node/files.js';
import type { CheckpointError } from '../../train/checkpoint.js';
import { defineCommand } from '../command.js';
import { exitCodes, explain } from '../explain.js';
import { hubLine, onnxLine, webLine } from '../export/lines.js';
import { type FlagValues, flagsUnder } from '../flag.js';
import { pathText } from '../flag-values.js';
import { describeRunModel, runArgument, runModelFlags } from '../run-flags.js';

const output = flagsUnder('What to write:');
const contents = flagsUnder('ONNX:');

const targets = {
  onnx: output('<file>', 'an ONNX file: bytes of images in, probabilities out', pathText),
  web: output('<dir>', 'a folder with a page that predicts images in the browser', pathText),
  hub: output('<dir>', 'a folder for a model hub: weights, configuration, ONNX, a model card', pathText),
};

const flags = {
  ...runModelFlags,
  ...targets,
  replace: output('', 'replace files that are there', t.boolean),
  attention: contents('', 'add where the model looked, and the attention weights of each block', t.boolean),
  half: contents('', 'store weights in 16 bits: half the size, and probabilities that differ a little', t.boolean),
};
type Given = FlagValues<typeof flags>;

type Line = TE.TaskEither<ExportRunError | CheckpointError, string>;

/** One thing to write: whether there is a place for it, and what is printed when it is written. */
interface Writing {
  readonly check: TE.TaskEither<FileError, void>;
  readonly write: (run: RunModel) => Line;
}

const wanted = (to: string | undefined, writing: (to: string) => Writing): readonly Writing[] =>
  to === undefined ? [] : [writing(to)];

const writings = ({ onnx, web, hub, attention, half, replace }: Given): readonly Writing[] => {
  const options: ExportRunOptions = {
    attention: attention === true ? 'all' : undefined,
    weights: half === true ? 'float16' : 'float32',
    replace,
  };
  return [
    wanted(onnx, (to) => ({
      check: checkFile(to, options),
      write: (run) => TE.map((written: ExportedModel) => onnxLine(to, written))(writeOnnx(run, to, options)),
    })),
    wanted(web, (to) => ({
      check: checkFolder(to, PAGE_NAMES, options),
      write: (run) => TE.map((files: readonly PageFile[]) => webLine(to, files))(writeWebPage(run, to, options)),
    })),
    wanted(hub, (to) => ({
      check: checkFolder(to, HUB_FILES, options),
      write: (run) => TE.map(() => hubLine(to))(writeHubFolder(run, to, options)),
    })),
  ].flat();
};

/** Writes all, with a line for each, or nothing where one of the places is taken. */
const exported = (run: string, given: Given) => {
  const all = writings(given);
  return pipe(
    TE.sequenceSeqArray(all.map(({ check }) => check)),
    TE.chainW(() => openRun(run, { model: given.model, best: given.best })),
    TE.chainFirstIOK((opened) => () => console.error(describeRunModel(opened))),
    TE.chainW((opened) =>
      TE.sequenceSeqArray(
        all.map(({ write }) => TE.chainFirstIOK((line: string) => () => console.log(line))(write(opened))),
      ),
    ),
  );
};

export const exportModel = defineCommand({
  name: 'export',
  summary: 'write a model for other programs: ONNX, a page that predicts, a folder for a hub',
  description:
    'Writes a trained model for other programs. An ONNX file has standard operators only, takes any number of images at once, and contains the preprocessing; class names and how image files are decoded are in its metadata.',
  args: [runArgument],
  flags,
  notes: `What was written goes to standard output. Nothing that is there is replaced
unless --replace is given.
${exitCodes}`,
  conflict: (given, [run = '<run>']) =>
    Object.keys(targets).some((name) => name in given)
      ? undefined
      : configError('export', `expected something to write, such as: vitrail export ${run} --onnx model.onnx`),
  run:
    ({ flags: given, args: [run = ''] }) =>
    async () => {
      const done = await exported(run, given)();
      return E.isLeft(done) ? explain(done.left) : 0;
    },
});
