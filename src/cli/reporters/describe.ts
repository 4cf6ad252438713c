import { gigabytes } from '../../core/gigabytes.js';
import { listed } from '../../core/listed.js';
import { describeSkipped } from '../../data/skipped.js';
import { showBytes } from '../../experiment/disk-use.js';
import type { RunEvent } from '../../experiment/run-events.js';
import { duration, percent, whole } from '../text.js';

const describeDisk = ({ needs, room }: NonNullable<Extract<RunEvent, { kind: 'run' }>['disk']>): string =>
  `writes up to ${showBytes(needs)}${room === undefined ? '' : `; there is room for ${showBytes(room)}`}`;

const describeMemory = ({ bytes, rounds, data }: NonNullable<Extract<RunEvent, { kind: 'run' }>['memory']>): string => {
  const parts = [
    ...(rounds > 1 ? [`each batch in ${rounds} rounds a thread`] : []),
    ...(data >= 1e8 ? [`${gigabytes(data)} of it images`] : []),
  ];
  return `memory   about ${gigabytes(bytes)} at most${parts.map((part) => `, ${part}`).join('')}`;
};

/** What a run is, before it starts. */
export const describeRun = (event: Extract<RunEvent, { kind: 'run' }>): string => {
  const { dataset, epochs, stepsPerEpoch, preset, seed, store, reason, memory, disk } = event;
  const counts = [
    `${whole(dataset.train)} training`,
    ...(dataset.validation > 0 ? [`${whole(dataset.validation)} validation`] : []),
    `${whole(dataset.test)} test`,
  ];
  return [
    `engine   ${reason.replace(': ', '\n         ')}`,
    `data     ${dataset.name}: ${counts.join(', ')} images, ${dataset.classes} classes`,
    `preset   ${preset}: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of ${stepsPerEpoch} ${stepsPerEpoch === 1 ? 'step' : 'steps'}, seed ${seed}`,
    ...(memory === undefined ? [] : [describeMemory(memory)]),
    `folder   ${store}`,
    ...(disk === undefined ? [] : [`disk     ${describeDisk(disk)}`]),
    '',
  ].join('\n');
};

/** Which files of the data set are left out: a line for each reason. */
export const describeLeftOut = ({ files }: Extract<RunEvent, { kind: 'skipped' }>): string =>
  [
    files.length === 1 ? 'left out of the data:' : `left out of the data, ${whole(files.length)} files and folders:`,
    ...describeSkipped(files).map((line) => `  ${line}`),
    '',
  ].join('\n');

/** Where a model resumes, or that it has no checkpoint to resume from; undefined in a run that is not resumed. */
export const describeResume = ({ resumed, missing }: Extract<RunEvent, { kind: 'model' }>): string | undefined => {
  if (resumed === undefined)
    return missing === undefined ? undefined : `starting at epoch 1: there is no checkpoint ${missing}`;
  return resumed.isDone
    ? 'trained already'
    : `resuming at epoch ${resumed.epoch}${resumed.batchesDone > 0 ? `, after ${resumed.batchesDone} ${resumed.batchesDone === 1 ? 'step' : 'steps'} of it` : ''}`;
};

/** Which parameters a model takes, which are new, and which weights it has no place for, in up to three lines. */
export const describeTaken = ({ from, taken, fresh, left }: Extract<RunEvent, { kind: 'taken' }>): string =>
  [
    `begins at ${whole(taken.length)} of ${whole(taken.length + fresh.length)} parameters of ${from}`,
    ...listed('  new', fresh),
    ...listed(
      '  not taken',
      left.flatMap(({ path, reason }) => (fresh.includes(path) ? [] : [`${path} (${reason})`])),
    ),
  ].join('\n');

/** Where training ends early, and why. */
export const describeEarlyEnd = ({ epoch, best }: Extract<RunEvent, { kind: 'early-end' }>): string =>
  `ends after epoch ${epoch}: no epoch after ${best} had a better validation accuracy`;

/** `epoch  3/50  loss 1.234  accuracy 56.7 %` */
export const describeMetrics = (epoch: number, epochs: number, loss: number, top1: number): string =>
  `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${percent(top1)}`;

/** A duration, or a dash while it is unknown. */
export const durationOrDash = (seconds: number): string => (Number.isFinite(seconds) ? duration(seconds) : '–');

/** A speed, or a dash while it is unknown. */
export const speedOrDash = (imagesPerSecond: number): string =>
  Number.isFinite(imagesPerSecond) ? whole(imagesPerSecond) : '–';
