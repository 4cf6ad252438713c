import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { configError } from '../../core/config.js';
import { type ExportRunOptions, writeOnnx } from '../../experiment/node/export-run.js';
import { openRun } from '../../experiment/node/open-run.js';
import { defineCommand } from '../command.js';
import { exitCodes, explain } from '../explain.js';
import { onnxLine } from '../export/lines.js';
import { type FlagValues, flagsUnder } from '../flag.js';
import { describeRunModel, runArgument, runModelFlags } from '../run-flags.js';

const output = flagsUnder('What to write:');
const contents = flagsUnder('ONNX:');

const targets = {
  onnx: output('<file>', 'an ONNX file: bytes of images in, probabilities out', t.string),
};

const flags = {
  ...runModelFlags,
  ...targets,
  attention: contents('', 'add where the model looked, and the attention weights of each block', t.boolean),
  half: contents('', 'store weights in 16 bits: half the size, and probabilities that differ a little', t.boolean),
};
type Given = FlagValues<typeof flags>;

const exported = (run: string, { model, best, onnx, attention, half }: Given) => {
  const options: ExportRunOptions = {
    attention: attention === true ? 'all' : undefined,
    weights: half === true ? 'float16' : 'float32',
  };
  return pipe(
    openRun(run, { model, best }),
    TE.chainFirstIOK((opened) => () => console.error(describeRunModel(opened))),
    TE.chainW((opened) =>
      onnx === undefined
        ? TE.right([])
        : pipe(
            writeOnnx(opened, onnx, options),
            TE.map((written) => [onnxLine(onnx, written)]),
          ),
    ),
  );
};

export const exportModel = defineCommand({
  name: 'export',
  summary: 'write a model for other programs: ONNX',
  description:
    'Writes a trained model for other programs. An ONNX file has standard operators only, takes any number of images at once, and contains the preprocessing; class names and how image files are decoded are in its metadata.',
  args: [runArgument],
  flags,
  notes: `What was written goes to standard output.
${exitCodes}`,
  conflict: (given, [run = '<run>']) =>
    Object.keys(targets).some((name) => name in given)
      ? undefined
      : configError('export', `expected something to write, such as: vitrail export ${run} --onnx model.onnx`),
  run:
    ({ flags: given, args: [run = ''] }) =>
    async () => {
      const lines = await exported(run, given)();
      if (E.isLeft(lines)) return explain(lines.left);
      for (const line of lines.right) console.log(line);
      return 0;
    },
});
