import type { Command } from '../command.js';
import { exitCodes } from '../explain.js';
import { compare } from './compare.js';
import { summary } from './summary.js';
import { train } from './train.js';

/** The commands in the order of the help. The first is meant where none is named. */
export const commands: readonly Command[] = [compare, train, summary];

/** The end of the general help. */
export const notes = `Without a command, vitrail compares: its options are those of compare.

Examples:
  vitrail                                    the quickstart, on included images
  vitrail compare --preset keras-published   the experiment of the Keras example
  vitrail train --data photos                your own images, photos/<class>/…
  vitrail summary --preset paper             the layers of its models

${exitCodes}`;
