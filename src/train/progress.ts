import * as t from 'io-ts';
import { notNegative, record, wholeNumber } from '../core/config.js';
import { noTotals } from './metric.js';

const Summary = t.readonly(t.record(t.string, t.number), 'a number for each metric');

const Totals = t.readonly(
  t.type({ examples: wholeNumber, sums: t.record(t.string, t.readonly(t.record(t.string, t.number))) }),
  'totals of metrics',
);

/** What one epoch gave. */
export const EpochRecord = record(
  'an epoch record',
  {
    /** From 1. */
    epoch: wholeNumber,
    /** Each metric over the training batches, measured before their updates. */
    train: Summary,
    /** Wall time of the whole epoch in seconds, validation included, also across a stop and a resume. */
    seconds: notNegative,
  },
  {
    validation: Summary,
    /** The learning rate of the epoch's last step; missing where the optimizer reports none. */
    learningRate: t.number,
  },
);
export type EpochRecord = t.TypeOf<typeof EpochRecord>;

/** How far a run is. */
export const Progress = record(
  'the progress of a run',
  {
    /** The current epoch, from 0. */
    epoch: wholeNumber,
    /** How many training batches of it are done. */
    batchesDone: wholeNumber,
    /** What these batches measured. */
    totals: Totals,
    /** How long they took, in seconds. */
    seconds: notNegative,
    history: t.readonlyArray(EpochRecord),
  },
  { /** That of the last step. */ learningRate: t.number },
);
export type Progress = t.TypeOf<typeof Progress>;

/** The progress of a run that has not begun. */
export const beginning: Progress = { epoch: 0, batchesDone: 0, totals: noTotals, seconds: 0, history: [] };
