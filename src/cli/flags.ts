/**
 * The flags that several commands share, as data.
 *
 * @module
 */
import * as t from 'io-ts';
import { oneOf } from '../core/config.js';
import { type DatasetName, datasets } from '../data/datasets.js';
import { presetNames } from '../experiment/presets.js';
import { type FlagValues, flagsUnder } from './flag.js';
import { engineName, fractionText, givenRate, integerText, positiveText } from './flag-values.js';
import { memorySize } from './memory-size.js';

const experiment = flagsUnder('Models and training:');
const images = flagsUnder('Images:');
const machine = flagsUnder('Machine:');
const output = flagsUnder('Run and output:');

export const configFlags = {
  preset: experiment('<name>', `the experiment: ${presetNames.join(', ')} (default: quickstart)`, oneOf(presetNames)),
  config: experiment('<file>', 'your own experiment as JSON; the config.json of any run is one', t.string),
};

const recipe = flagsUnder('Recipe, for your own images without a preset:');

export const recipeFlags = {
  patch: recipe('<n>', 'the side of a patch in pixels (default: an eighth of the image)', positiveText),
  depth: recipe('<n>', 'the number of transformer blocks (default: 6)', positiveText),
  width: recipe('<n>', 'the width of a token, a multiple of 32 (default: 128)', positiveText),
};

export type RecipeFlags = FlagValues<typeof recipeFlags>;

const tuning = flagsUnder('Fine-tuning:');

export const tuningFlags = {
  from: tuning(
    '<run>',
    'begin at the parameters of a trained model, wherever they fit: the folder of a run, a checkpoint, or a safetensors file. Without --preset and --config, the model and its training are those of the run',
    t.string,
  ),
  freeze: tuning(
    '<pattern>',
    "leave parameters as they are: 'blocks/0', 'blocks/*/attention' or '**/bias'; may be given several times",
    t.readonlyArray(t.string),
    true,
  ),
  learningRate: tuning(
    '<rate>',
    "the highest learning rate; 'classifier=1e-3' is that of the parameters of a pattern; may be given several times",
    t.readonlyArray(givenRate),
    true,
  ),
  ema: tuning(
    '<decay>',
    'validate, test and keep a moving average of the parameters, which keeps this part of itself at each update, such as 0.999',
    fractionText,
  ),
  accumulate: tuning('<n>', 'make one update of the gradients of so many batches', positiveText),
  patience: tuning(
    '<epochs>',
    'end the training after so many epochs whose validation accuracy was no better than the best before them',
    positiveText,
  ),
  classWeights: tuning(
    '<how>',
    'balanced: in the loss, classes count the same although they have different numbers of images',
    oneOf(['balanced']),
  ),
};

export type TuningFlags = FlagValues<typeof tuningFlags>;

export const trainingFlags = {
  epochs: experiment('<n>', 'the number of epochs', positiveText),
  batch: experiment('<n>', 'the batch size', positiveText),
  seed: experiment('<n>', 'the random seed; the same seed, engine and thread count give the same results', integerText),
};

export const dataFlags = {
  dataset: images(
    '<name>',
    `another data set: ${Object.keys(datasets).join(', ')}`,
    oneOf(Object.keys(datasets) as readonly DatasetName[]),
  ),
  data: images(
    '<dir>',
    'the folder with the files of the data set, by default looked up or downloaded; or a folder of your own images: train/<class>/… with val and test, or only <class>/…',
    t.string,
  ),
  size: images(
    '<n>',
    'of your own images: the height and width to which they are scaled (default: that of the models)',
    positiveText,
  ),
  fit: images(
    '<how>',
    'of your own images: crop, stretch or pad those of another aspect ratio (default: crop)',
    oneOf(['stretch', 'crop', 'pad']),
  ),
  strict: images(
    '',
    'of your own images: refuse a folder with files that cannot be used, instead of leaving them out',
    t.boolean,
  ),
  partial: images(
    '',
    'take CIFAR files with fewer images than were published, instead of refusing them as cut short',
    t.boolean,
  ),
};

export const engineFlags = {
  engine: machine(
    '<name>',
    'auto, jit, eager, eager:BACKEND, jit:tfjs-node or jit:tfjs-node-gpu (default: auto, which prints its choice and why)',
    engineName,
  ),
  memory: machine(
    '<size>',
    'how much memory the engine jit may use, such as 4GB (default: half of what there is, at most 2.5GB); large batches are computed in rounds that fit',
    memorySize,
  ),
};

export const jsonFlag = {
  json: output('', 'print one JSON event per line, for programs', t.boolean),
};

/** The flags of commands that train. */
export const runFlags = {
  ...configFlags,
  ...trainingFlags,
  ...dataFlags,
  ...engineFlags,
  out: output('<dir>', 'the folder to write to (default: runs/<time>)', t.string),
  resume: output(
    '<dir>',
    'resume the run in this folder; on the same machine, with the same version, engine, threads and memory, it ends with the same bits as without the stop. If one of them differs, it says so; if the images do, it refuses',
    t.string,
  ),
  acceptChangedData: output('', 'resume with other images than the run began with', t.boolean),
  ...jsonFlag,
};
export type RunFlags = FlagValues<typeof runFlags>;
