import type { Command } from '../command.js';
import { exitCodes } from '../explain.js';
import { compare } from './compare.js';
import { evaluate } from './evaluate.js';
import { exportModel } from './export.js';
import { predict } from './predict.js';
import { summary } from './summary.js';
import { train } from './train.js';

/** The commands in the order of the help. The first is meant where none is named. */
export const commands: readonly Command[] = [compare, train, evaluate, predict, exportModel, summary];

/** The end of the general help. */
export const notes = `Without a command, vitrail compares: its options are those of compare.

Examples:
  vitrail                                    the quickstart, on included images
  vitrail compare --preset keras-published   the experiment of the Keras example
  vitrail train --data photos                your own images, photos/<class>/…
  vitrail evaluate runs/first                how good it is, class by class
  vitrail predict runs/first cat.jpg         what is on an image
  vitrail export runs/first --onnx m.onnx    a model for other programs
  vitrail summary --preset paper             the layers of its models

${exitCodes}`;
