import * as t from 'io-ts';
import type { RunModel } from '../experiment/node/open-run.js';
import { flagsUnder } from './flag.js';

const model = flagsUnder('Model:');

/** What stands for a run, and what it is. */
export const runArgument = ['<run>', 'the folder of a run, or a checkpoint'] as const;

/** Which model of a run is meant. */
export const runModelFlags = {
  model: model('<name>', 'a model of the run (default: the last one)', t.string),
  best: model('', 'the epoch with the best validation accuracy instead of the newest', t.boolean),
};

/** `SPT + LSA (runs/first/spt-lsa.safetensors, after 8 epochs)` */
export const describeRunModel = ({ title, path, epochs, config }: RunModel): string => {
  const of = config === undefined || epochs >= config.epochs ? '' : ` of ${config.epochs}`;
  return `${title} (${path}, after ${epochs}${of} ${of === '' && epochs === 1 ? 'epoch' : 'epochs'})`;
};
